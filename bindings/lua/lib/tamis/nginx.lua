-- Requests of nginx, decided phase by phase.
--
--     init_by_lua_block          { capture = require("tamis.nginx").new(catalog, rule, sink) }
--     access_by_lua_block        { capture:advance("request_headers") }
--     header_filter_by_lua_block { capture:advance("response_headers") }
--     log_by_lua_block           { capture:finish() }
--
-- Only fields that the rule uses are looked up, and only until it is decided. The function `sink` gets what is known of a
-- request that matches, with a line of JSON for `tamis match`.
local ngx = ngx

local floor = math.floor
local setmetatable, tonumber, tostring, type, ipairs, pairs = setmetatable, tonumber, tostring, type, ipairs, pairs

-- What nginx knows of a request, by field: from which phase on, and how to ask for it. Durations are nanoseconds.
local FIELDS = {}

local function field(phase, name, get, unit)
    FIELDS[name] = { phase = phase, get = get, unit = unit }
end

local function variable(name)
    return function()
        return ngx.var[name]
    end
end

local function numeric(name)
    return function()
        return tonumber(ngx.var[name])
    end
end

local function nanoseconds(seconds)
    return seconds and floor(seconds * 1e9 + 0.5)
end

-- nginx lists the times of several tries, parted by `, ` and ` : `; they are added up.
local function total(name)
    return function()
        local times = ngx.var[name]
        local sum
        for time in (times or ""):gmatch("[%d.]+") do
            sum = (sum or 0) + tonumber(time)
        end
        return nanoseconds(sum)
    end
end

field("request_headers", "http.request.method", ngx.req.get_method)
field("request_headers", "url.path", function()
    return ngx.var.request_uri:match("^[^?]*")
end)
field("request_headers", "url.query", function()
    return ngx.var.request_uri:match("%?(.*)$")
end)
field("request_headers", "url.full", function()
    return ngx.var.scheme .. "://" .. (ngx.var.http_host or ngx.var.host) .. ngx.var.request_uri
end)
field("request_headers", "url.scheme", variable("scheme"))
field("request_headers", "proxy.kong.request.host", variable("host"))
field("request_headers", "proxy.kong.request.id", variable("request_id"))
field("request_headers", "client.address", variable("remote_addr"))
field("request_headers", "client.port", numeric("remote_port"))
field("request_headers", "network.peer.address", variable("remote_addr"))
field("request_headers", "network.peer.port", numeric("remote_port"))
field("request_headers", "server.address", variable("server_addr"))
field("request_headers", "server.port", numeric("server_port"))
field("request_headers", "tls.client.server_name", variable("ssl_server_name"))
field("request_headers", "tls.cipher", variable("ssl_cipher"))
field("request_headers", "proxy.kong.client.connection.request_count", numeric("connection_requests"))
field("response_headers", "http.response.status_code", function()
    return ngx.status
end)
field("response_headers", "proxy.kong.upstream.status_code", function()
    return tonumber((ngx.var.upstream_status or ""):match("(%d+)%s*$"))
end)
field("response_headers", "proxy.kong.upstream.address", function()
    return (ngx.var.upstream_addr or ""):match("([^,%s]+)%s*$")
end)
field("log", "http.request.size", numeric("request_length"), "By")
field("log", "http.response.size", numeric("bytes_sent"), "By")
field("log", "http.response.body.size", numeric("body_bytes_sent"), "By")
field("log", "proxy.kong.latency.total", function()
    return nanoseconds(tonumber(ngx.var.request_time))
end, "ns")
field("log", "proxy.kong.latency.upstream", total("upstream_response_time"), "ns")

local FAMILIES = {
    { "http.request.header.", "request_headers", function(key)
        return ngx.req.get_headers()[key]
    end },
    { "http.response.header.", "response_headers", function(key)
        return ngx.resp.get_headers()[key]
    end },
    { "url.query.", "request_headers", function(key)
        local value = ngx.req.get_uri_args()[key]
        return value ~= true and value or ""
    end },
}

-- How a field of a rule is asked for; `nil` where nginx does not know it.
local function source_of(name)
    local known = FIELDS[name]
    if known then
        return { name = name, phase = known.phase, get = known.get, unit = known.unit }
    end
    for _, family in ipairs(FAMILIES) do
        local prefix, phase, get = family[1], family[2], family[3]
        if name:sub(1, #prefix) == prefix then
            local key = name:sub(#prefix + 1)
            return { name = name, phase = phase, get = function()
                return get(key)
            end }
        end
    end
end

-- JSON -----------------------------------------------------------------------------------------------------------

local function is_utf8(text)
    local place, len = 1, #text
    while place <= len do
        local head = text:byte(place)
        local n = head < 0x80 and 0 or head < 0xC2 and -1 or head < 0xE0 and 1 or head < 0xF0 and 2
            or head < 0xF5 and 3 or -1
        if n < 0 or place + n > len then
            return false
        end
        for next_place = place + 1, place + n do
            local byte = text:byte(next_place)
            if byte < 0x80 or byte > 0xBF then
                return false
            end
        end
        place = place + n + 1
    end
    return true
end

local function quoted(text)
    if not is_utf8(text) then
        text = text:gsub("[\128-\255]", "\239\191\189")
    end
    return '"' .. text:gsub('[%c"\\]', function(c)
        return ("\\u%04x"):format(c:byte())
    end) .. '"'
end

local function json(value, unit)
    if type(value) == "table" then
        local parts = {}
        for place, one in ipairs(value) do
            parts[place] = json(one, unit)
        end
        return "[" .. table.concat(parts, ",") .. "]"
    elseif type(value) == "string" then
        return quoted(value)
    elseif unit == "ns" then
        return ('"%.0fns"'):format(value)
    end
    return tostring(value)
end

-- What is known of one request.
local Facts = {}
Facts.__index = Facts

-- A line that `tamis match` reads.
function Facts:to_json()
    local parts = {}
    for name, value in pairs(self.values) do
        parts[#parts + 1] = quoted(name) .. ":" .. json(value, self.units[name])
    end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
end

-- Capturing ------------------------------------------------------------------------------------------------------

local Capture = {}
Capture.__index = Capture

local _M = {}

-- What captures the requests that match a rule of a catalog, for one worker; `sink` is called with the facts of each.
-- The second result lists the fields that nginx does not know, which are absent for every request.
function _M.new(catalog, rule, sink)
    local sources, unknown, units = {}, {}, {}
    for _, name in ipairs(rule:fields()) do
        local source = source_of(name)
        if source then
            sources[#sources + 1] = source
            units[name] = source.unit
        else
            unknown[#unknown + 1] = name
        end
    end
    local self = { catalog = catalog, rule = rule, sink = sink, sources = sources, units = units, free = {} }
    return setmetatable(self, Capture), unknown
end

-- The state of the request that is under way; states are used again.
function Capture:state()
    local states = ngx.ctx.tamis
    if not states then
        states = {}
        ngx.ctx.tamis = states
    end
    local state = states[self]
    if not state then
        state = table.remove(self.free)
        if not state then
            state = { evaluation = self.rule:evaluation(), request = self.catalog:request() }
        end
        state.values, state.decided = {}, nil
        state.evaluation:restart()
        state.request:reset()
        local parent = ngx.var.http_traceparent
        if parent then
            state.request:set_trace(parent, ngx.var.http_tracestate)
        end
        states[self] = state
    end
    return state
end

local ORDER = { request_headers = 1, response_headers = 2, log = 3 }

local function learn(self, state, phase)
    local now = ORDER[phase]
    for _, source in ipairs(self.sources) do
        if ORDER[source.phase] <= now and state.values[source.name] == nil then
            local value = source.get()
            if value ~= nil and value ~= "" then
                state.values[source.name] = value
                if type(value) == "table" then
                    for _, one in ipairs(value) do
                        state.request:add(source.name, one)
                    end
                else
                    state.request:add(source.name, value)
                end
            end
        end
    end
end

-- Goes on with what is known by `request_headers`, `response_headers` or `log`: `true` keeps the request, `false` drops
-- it, `nil` waits.
function Capture:advance(phase)
    local state = self:state()
    if state.decided == nil then
        learn(self, state, phase)
        state.decided = state.evaluation:advance(phase, state.request)
    end
    return state.decided
end

-- Ends the request, in the phase `log`: whether it matched.
function Capture:finish()
    local state = self:state()
    if self:advance("log") == nil then
        state.decided = state.evaluation:finish(state.request)
    end
    local matched = state.decided
    if matched then
        -- What was not needed to decide is wanted now.
        learn(self, state, "log")
        self.sink(setmetatable({ values = state.values, units = self.units }, Facts))
    end
    state.values = nil
    ngx.ctx.tamis[self] = nil
    self.free[#self.free + 1] = state
    return matched
end

return _M
