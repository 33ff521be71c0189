-- Rules that decide which requests to capture.
--
--     local tamis = require("tamis")
--     local kong = assert(tamis.catalog("kong"))
--     local rule = assert(kong:compile('http.response.status_code >= 500'))
--     local request = kong:request()
--     request:add("http.response.status_code", 503)
--     print(rule:matches(request)) -- true
--
-- Every function that can be given something wrong answers `nil` and a reason.
local ffi = require("ffi")
local library = require("tamis.library")

local C = ffi.C
local ffi_new, ffi_gc, ffi_string = ffi.new, ffi.gc, ffi.string
local floor = math.floor
local type, tonumber, tostring, setmetatable = type, tonumber, tostring, setmetatable

-- Places for results; nothing here is kept from call to call.
local text_out = ffi_new("tamis_text[1]")
local buffer_out = ffi_new("tamis_buffer[1]")
local verdict_out = ffi_new("tamis_verdict[1]")
local value_out = ffi_new("tamis_value[1]")

local OK = C.TAMIS_STATUS_OK
local REASONS = {
    [tonumber(C.TAMIS_STATUS_NULL_POINTER)] = "a handle is missing",
    [tonumber(C.TAMIS_STATUS_NOT_UTF8)] = "the text is not UTF-8",
    [tonumber(C.TAMIS_STATUS_OUT_OF_RANGE)] = "the value stands for nothing",
    [tonumber(C.TAMIS_STATUS_UNKNOWN)] = "there is nothing of that name",
    [tonumber(C.TAMIS_STATUS_REFUSED)] = "it was refused",
    [tonumber(C.TAMIS_STATUS_WRONG_TYPE)] = "the field has another type",
    [tonumber(C.TAMIS_STATUS_PANIC)] = "a mistake in the library",
}

local PHASES = {
    connect = C.TAMIS_PHASE_CONNECT,
    tls = C.TAMIS_PHASE_TLS,
    request_headers = C.TAMIS_PHASE_REQUEST_HEADERS,
    route = C.TAMIS_PHASE_ROUTE,
    authenticated = C.TAMIS_PHASE_AUTHENTICATED,
    request_body = C.TAMIS_PHASE_REQUEST_BODY,
    upstream = C.TAMIS_PHASE_UPSTREAM,
    response_headers = C.TAMIS_PHASE_RESPONSE_HEADERS,
    response_body = C.TAMIS_PHASE_RESPONSE_BODY,
    log = C.TAMIS_PHASE_LOG,
}
local PHASE_NAMES = {}
for name, number in pairs(PHASES) do
    PHASE_NAMES[tonumber(number)] = name
end

local EDITIONS = {
    tamis = C.TAMIS_EDITION_TAMIS,
    atc = C.TAMIS_EDITION_ATC,
    ["atc-strict"] = C.TAMIS_EDITION_ATC_STRICT,
}

local function reason(status)
    return REASONS[tonumber(status)] or ("status " .. tonumber(status))
end

-- What a function wrote to `buffer_out`, which is freed.
local function taken()
    local buffer = buffer_out[0]
    local text = buffer.data ~= nil and ffi_string(buffer.data, buffer.len) or ""
    library.tamis_buffer_free(buffer_out)
    return text
end

local function edition_of(options)
    local name = options and options.edition or "tamis"
    local edition = EDITIONS[name]
    if not edition then
        return nil, "there is no edition `" .. tostring(name) .. "`"
    end
    return edition
end

-- A request ------------------------------------------------------------------------------------------------------

local Request = {}
Request.__index = Request

-- Fields by name, looked up once for each catalog.
local function field_of(catalog, name)
    local field = catalog.fields[name]
    if field then
        return field
    end
    field = ffi_new("tamis_field[1]")
    local status = library.tamis_catalog_field(catalog.handle, name, #name, field)
    if status ~= OK then
        return nil, "there is no field `" .. name .. "`"
    end
    -- The key of a family points into the name, which is kept alive by being the key of this table.
    catalog.fields[name] = field
    return field
end

local TYPE_STRING, TYPE_FLOAT = tonumber(C.TAMIS_TYPE_STRING), tonumber(C.TAMIS_TYPE_FLOAT)
local TYPE_IP, TYPE_NETWORK = tonumber(C.TAMIS_TYPE_IP), tonumber(C.TAMIS_TYPE_NETWORK)

local int64 = ffi.typeof("int64_t")

local function is_integer(value)
    return type(value) == "cdata" and ffi.istype(int64, value)
end

-- Adds a value to a field: a string, a number, a boolean; an address is a string. A field may have several values.
-- Numbers that a double cannot hold are
-- of the type `int64_t`. Durations are nanoseconds, sizes bytes. `nil` adds nothing.
function Request:add(name, value)
    if value == nil then
        return true
    end
    local field, why = field_of(self.catalog, name)
    if not field then
        return nil, why
    end
    local status
    local field_type = field[0].value_type
    if type(value) == "string" then
        if field_type == TYPE_IP or field_type == TYPE_NETWORK then
            status = library.tamis_request_add_address(self.handle, field, value, #value)
        else
            -- The bytes are not copied: the string has to live until the request is reset.
            local kept = self.n_kept + 1
            self.kept[kept] = value
            self.n_kept = kept
            status = library.tamis_request_add_text(self.handle, field, value, #value)
        end
    elseif field_type == TYPE_FLOAT and type(value) == "number" then
        value_out[0].value_type = TYPE_FLOAT
        value_out[0].floating = value
        status = library.tamis_request_add(self.handle, field, value_out)
    elseif type(value) == "boolean" then
        status = library.tamis_request_add_integer(self.handle, field, value and 1 or 0)
    elseif type(value) == "number" then
        if value ~= floor(value) or value >= 2 ^ 63 or value < -2 ^ 63 then
            return nil, name .. ": " .. value .. " is not an integer"
        end
        status = library.tamis_request_add_integer(self.handle, field, value)
    elseif is_integer(value) then
        status = library.tamis_request_add_integer(self.handle, field, value)
    else
        return nil, "a value is a string, a number, an `int64_t` or a boolean, and this is a " .. type(value)
    end
    if status ~= OK then
        return nil, name .. ": " .. reason(status)
    end
    return true
end

-- Says which trace the request belongs to, by its headers; that decides `sample`.
function Request:set_trace(traceparent, tracestate)
    tracestate = tracestate or ""
    local status = library.tamis_request_set_trace(self.handle, traceparent, #traceparent, tracestate, #tracestate)
    if status ~= OK then
        return nil, "not a `traceparent`"
    end
    return true
end

-- Forgets the values, for the next request.
function Request:reset()
    library.tamis_request_reset(self.handle)
    for place = self.n_kept, 1, -1 do
        self.kept[place] = nil
    end
    self.n_kept = 0
end

-- An evaluation by phase -----------------------------------------------------------------------------------------

local Evaluation = {}
Evaluation.__index = Evaluation

local MATCH, NOT_YET = tonumber(C.TAMIS_VERDICT_MATCH), tonumber(C.TAMIS_VERDICT_NOT_YET)

-- `true`, `false`, or `nil` while it cannot be said.
local function said()
    local verdict = tonumber(verdict_out[0])
    if verdict == NOT_YET then
        return nil
    end
    return verdict == MATCH
end

-- Goes on with what is known by a phase: `true` keeps the request, `false` drops it, `nil` waits for more.
function Evaluation:advance(phase, request)
    local number = PHASES[phase]
    if not number then
        error("there is no phase `" .. tostring(phase) .. "`", 2)
    end
    local status = library.tamis_evaluation_advance(self.handle, number, request.handle, verdict_out)
    if status ~= OK then
        error(reason(status), 2)
    end
    return said()
end

-- Decides what is still open, because nothing more will be known.
function Evaluation:finish(request)
    local status = library.tamis_evaluation_finish(self.handle, request.handle, verdict_out)
    if status ~= OK then
        error(reason(status), 2)
    end
    return said()
end

-- Begins again, with another request.
function Evaluation:restart()
    library.tamis_evaluation_restart(self.handle)
end

-- The next phase at which the rule learns something; `nil` if there is none.
function Evaluation:next_phase()
    return PHASE_NAMES[tonumber(library.tamis_evaluation_next_phase(self.handle))]
end

-- What `th` in the header `tracestate` is to say of a kept request; `nil` while that is open.
function Evaluation:threshold()
    library.tamis_evaluation_threshold(self.handle, buffer_out)
    local threshold = taken()
    return threshold ~= "" and threshold or nil
end

-- A rule ---------------------------------------------------------------------------------------------------------

local Rule = {}
Rule.__index = Rule

-- Whether a request matches; what was not added is absent.
function Rule:matches(request)
    local status = library.tamis_program_run(self.handle, request.handle, verdict_out)
    if status ~= OK then
        error(reason(status), 2)
    end
    return tonumber(verdict_out[0]) == MATCH
end

-- An evaluation at its beginning.
function Rule:evaluation()
    local out = ffi_new("tamis_evaluation *[1]")
    local status = library.tamis_evaluation_new(self.handle, out)
    if status ~= OK then
        error(reason(status), 2)
    end
    return setmetatable({ handle = ffi_gc(out[0], library.tamis_evaluation_free) }, Evaluation)
end

-- The rule as bytes, for `Catalog:load` on another node.
function Rule:to_bytes()
    local status = library.tamis_program_to_bytes(self.handle, self.catalog.handle, buffer_out)
    if status ~= OK then
        error(reason(status), 2)
    end
    return taken()
end

-- The names of the fields that the rule uses.
function Rule:fields()
    local names, field = {}, ffi_new("tamis_field[1]")
    for place = 0, library.tamis_program_len(self.handle) - 1 do
        library.tamis_program_field(self.handle, place, field, text_out)
        names[place + 1] = ffi_string(text_out[0].data, text_out[0].len)
    end
    return names
end

-- A catalog ------------------------------------------------------------------------------------------------------

local Catalog = {}
Catalog.__index = Catalog

-- Checks a rule: whether it is fine, and a report in JSON. `options.edition` is `tamis`, `atc` or `atc-strict`.
function Catalog:check(rule, options)
    local edition, why = edition_of(options)
    if not edition then
        return nil, why
    end
    local status = library.tamis_check(self.handle, edition, rule, #rule, buffer_out)
    local report = taken()
    if status == OK then
        return true, report
    elseif status == C.TAMIS_STATUS_REFUSED then
        return false, report
    end
    return nil, reason(status)
end

-- Compiles a rule; where it has an error, `nil` and a report in JSON.
function Catalog:compile(rule, options)
    local edition, why = edition_of(options)
    if not edition then
        return nil, why
    end
    local out = ffi_new("tamis_program *[1]")
    local status = library.tamis_compile(self.handle, edition, rule, #rule, out, buffer_out)
    local report = taken()
    if status ~= OK then
        return nil, report ~= "" and report or reason(status)
    end
    return setmetatable({ handle = ffi_gc(out[0], library.tamis_program_free), catalog = self }, Rule)
end

-- A rule from its bytes, which need not be trusted; where it is refused, `nil` and the reasons, a line each.
function Catalog:load(bytes)
    local out = ffi_new("tamis_program *[1]")
    local status = library.tamis_program_from_bytes(self.handle, bytes, #bytes, out, buffer_out)
    local reasons = taken()
    if status ~= OK then
        return nil, reasons ~= "" and reasons or reason(status)
    end
    return setmetatable({ handle = ffi_gc(out[0], library.tamis_program_free), catalog = self }, Rule)
end

-- A request without values.
function Catalog:request()
    local out = ffi_new("tamis_request *[1]")
    local status = library.tamis_request_new(self.handle, out)
    if status ~= OK then
        error(reason(status), 2)
    end
    local handle = ffi_gc(out[0], library.tamis_request_free)
    return setmetatable({ handle = handle, catalog = self, kept = {}, n_kept = 0 }, Request)
end

-- Why a rule says what it says of a request, in JSON; where it has an error, `nil` and a report.
function Catalog:explain(rule, request, options)
    local edition, why = edition_of(options)
    if not edition then
        return nil, why
    end
    local status = library.tamis_explain(self.handle, edition, rule, #rule, request.handle, buffer_out)
    local report = taken()
    if status ~= OK then
        return nil, report ~= "" and report or reason(status)
    end
    return report
end

-- The module -----------------------------------------------------------------------------------------------------

local _M = { version = ffi_string(library.tamis_version()) }

local function catalog_of(handle)
    return setmetatable({ handle = ffi_gc(handle, library.tamis_catalog_free), fields = {} }, Catalog)
end

-- A catalog that comes along: `kong`, `kong-sampler`, `kong-router` or `otel`.
function _M.catalog(name)
    local out = ffi_new("tamis_catalog *[1]")
    if library.tamis_catalog_shipped(name, #name, out) ~= OK then
        return nil, "there is no catalog `" .. name .. "`"
    end
    return catalog_of(out[0])
end

-- A catalog from the text of a catalog file; where it is wrong, `nil` and the diagnostics in JSON.
function _M.catalog_from_json(json)
    local out = ffi_new("tamis_catalog *[1]")
    local status = library.tamis_catalog_from_json(json, #json, out, buffer_out)
    local diagnostics = taken()
    if status ~= OK then
        return nil, diagnostics ~= "" and diagnostics or reason(status)
    end
    return catalog_of(out[0])
end

-- The page of a diagnostic code, in Markdown.
function _M.explain_code(code)
    if library.tamis_explain_code(code, #code, text_out) ~= OK then
        return nil, "there is no code `" .. code .. "`"
    end
    return ffi_string(text_out[0].data, text_out[0].len)
end

return _M
