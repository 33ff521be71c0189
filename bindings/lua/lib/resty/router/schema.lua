-- The fields that expressions may name, with the interface of atc-router's `resty.router.schema`.
local ffi = require("ffi")
local library = require("tamis.library")

local C = ffi.C
local setmetatable, tostring, error = setmetatable, tostring, error

local TYPES = {
    String = C.TAMIS_ATC_TYPE_STRING,
    IpCidr = C.TAMIS_ATC_TYPE_IP_CIDR,
    IpAddr = C.TAMIS_ATC_TYPE_IP_ADDR,
    Int = C.TAMIS_ATC_TYPE_INT,
}

local _M = {}
local _MT = { __index = _M }

function _M.new()
    local out = ffi.new("tamis_atc_schema *[1]")
    assert(library.tamis_atc_schema_new(out) == C.TAMIS_STATUS_OK)
    return setmetatable({ schema = ffi.gc(out[0], library.tamis_atc_schema_free), field_types = {} }, _MT)
end

-- Adds a field; a type that there is not is a mistake of the caller.
function _M:add_field(field, field_type)
    if self.field_types[field] then
        return nil, "field " .. field .. " already exists"
    end
    local number = TYPES[field_type]
    if not number then
        error("Unknown type: " .. tostring(field_type), 2)
    end
    if library.tamis_atc_schema_add_field(self.schema, field, #field, number) ~= C.TAMIS_STATUS_OK then
        return nil, "the name of the field is not UTF-8"
    end
    self.field_types[field] = field_type
    return true
end

-- The type of a field: of that name, or of the name whose last segment is `*`.
function _M:get_field_type(field)
    local known = self.field_types[field]
    if known then
        return known
    end
    local family = field:match("(.+)%..+")
    known = family and self.field_types[family .. ".*"]
    if not known then
        return nil, "field " .. field .. " unknown"
    end
    return known
end

return _M
