-- The values of one request, and what matched, with the interface of atc-router's `resty.router.context`.
local ffi = require("ffi")
local library = require("tamis.library")

local C = ffi.C
local ffi_string = ffi.string
local setmetatable, tonumber, tostring, type = setmetatable, tonumber, tostring, type

local name_out = ffi.new("tamis_text[1]")
local value_out = ffi.new("tamis_text[1]")
local count_out = ffi.new("uint32_t[1]")

local _M = {}
local _MT = { __index = _M }

function _M.new(schema)
    local out = ffi.new("tamis_atc_context *[1]")
    assert(library.tamis_atc_context_new(schema.schema, out) == C.TAMIS_STATUS_OK)
    return setmetatable({ context = ffi.gc(out[0], library.tamis_atc_context_free), schema = schema }, _MT)
end

-- Adds a value to a field; no value adds nothing.
function _M:add_value(field, value)
    if not value then
        return true
    end
    local field_type, reason = self.schema:get_field_type(field)
    if not field_type then
        return nil, reason
    end
    local status
    if field_type == "Int" then
        local number = tonumber(value)
        if not number then
            return nil, "field " .. field .. " takes an integer, and this is " .. tostring(value)
        end
        status = library.tamis_atc_context_add_int(self.context, field, #field, number)
    else
        if type(value) ~= "string" then
            value = tostring(value)
        end
        status = library.tamis_atc_context_add_text(self.context, field, #field, value, #value)
    end
    if status == C.TAMIS_STATUS_OK then
        return true
    elseif status == C.TAMIS_STATUS_NOT_UTF8 then
        return nil, "the value of field " .. field .. " is not UTF-8"
    elseif status == C.TAMIS_STATUS_OUT_OF_RANGE then
        return nil, "the value of field " .. field .. " is not an address: " .. value
    end
    return nil, "field " .. field .. " takes no such value"
end

-- What the last `execute` found: the key of the expression, what it found `field` to be, and its captures.
function _M:get_result(field)
    local name = field or ""
    local status = library.tamis_atc_context_result(self.context, name, #name, name_out, value_out, count_out)
    if status ~= C.TAMIS_STATUS_OK then
        return nil
    end
    local uuid = ffi_string(name_out[0].data, name_out[0].len)
    local value
    if field and value_out[0].len > 0 then
        value = ffi_string(value_out[0].data, value_out[0].len)
    end
    local captures
    local n_captures = tonumber(count_out[0])
    if n_captures > 0 then
        captures = {}
        for place = 0, n_captures - 1 do
            library.tamis_atc_context_capture(self.context, place, name_out, value_out)
            local key = ffi_string(name_out[0].data, name_out[0].len)
            captures[tonumber(key, 10) or key] = ffi_string(value_out[0].data, value_out[0].len)
        end
    end
    return uuid, value, captures
end

-- Forgets values and result, for the next request.
function _M:reset()
    library.tamis_atc_context_reset(self.context)
end

return _M
