-- Expressions with priorities, with the interface of atc-router's `resty.router.router`.
local ffi = require("ffi")
local library = require("tamis.library")

local C = ffi.C
local ffi_string = ffi.string
local setmetatable, assert = setmetatable, assert

local buffer_out = ffi.new("tamis_buffer[1]")
local matched_out = ffi.new("bool[1]")

local function taken()
    local buffer = buffer_out[0]
    local text = buffer.data ~= nil and ffi_string(buffer.data, buffer.len) or ""
    library.tamis_buffer_free(buffer_out)
    return text
end

local _M = {}
local _MT = { __index = _M }

function _M.new(schema)
    local out = ffi.new("tamis_atc_router *[1]")
    assert(library.tamis_atc_router_new(schema.schema, out) == C.TAMIS_STATUS_OK)
    local router = ffi.gc(out[0], library.tamis_atc_router_free)
    return setmetatable({ router = router, schema = schema, priorities = {} }, _MT)
end

-- Adds an expression; of those that match, the one with the highest priority wins.
function _M:add_matcher(priority, uuid, expression)
    local status = library.tamis_atc_router_add_matcher(
        self.router, priority, uuid, #uuid, expression, #expression, buffer_out
    )
    local reason = taken()
    if status ~= C.TAMIS_STATUS_OK then
        return nil, reason ~= "" and reason or "the expression is not UTF-8"
    end
    self.priorities[uuid] = priority
    return true
end

function _M:remove_matcher(uuid)
    local priority = self.priorities[uuid]
    if not priority then
        return false
    end
    self.priorities[uuid] = nil
    return library.tamis_atc_router_remove_matcher(self.router, priority, uuid, #uuid) == C.TAMIS_STATUS_OK
end

-- Whether an expression matches; the context must be of the same schema.
function _M:execute(context)
    assert(context.schema == self.schema)
    local status = library.tamis_atc_router_execute(self.router, context.context, matched_out)
    return status == C.TAMIS_STATUS_OK and matched_out[0]
end

-- The names of the fields that the expressions use.
function _M:get_fields()
    local fields = {}
    assert(library.tamis_atc_router_fields(self.router, buffer_out) == C.TAMIS_STATUS_OK)
    for field in taken():gmatch("[^\n]+") do
        fields[#fields + 1] = field
    end
    return fields
end

-- The fields of an expression; where it is wrong, `nil` and a reason.
function _M.validate(schema, expression)
    local router = _M.new(schema)
    local ok, reason = router:add_matcher(0, "00000000-0000-0000-0000-000000000000", expression)
    if not ok then
        return nil, reason
    end
    return router:get_fields()
end

return _M
