-- Rules from LuaJIT: verdicts, mistakes, phases, shares, reasons.
local tamis = require("tamis")

local function check(condition, what)
    if not condition then
        error(what or "not true", 2)
    end
end

local kong = assert(tamis.catalog("kong"))

-- Verdicts.
local rule = assert(kong:compile([[
    http.response.status_code >= 500 && client.address in 10.0.0.0/8
    && any(http.request.header.x-tenant) == "acme" && proxy.kong.latency.total > 250ms && !tls.resumed
]]))
check(#rule:fields() == 5)
local request = kong:request()
for round = 1, 200 do
    request:reset()
    check(rule:matches(request) == false)
    check(request:add("http.response.status_code", 503))
    check(request:add("http.request.header.X-Tenant", "initech"))
    check(request:add("http.request.header.X-Tenant", "acme"))
    check(request:add("client.address", round % 2 == 0 and "10.1.2.3" or "192.168.0.1"))
    check(request:add("proxy.kong.latency.total", 251e6))
    check(request:add("tls.resumed", false))
    check(request:add("tls.sni", nil))
    check(rule:matches(request) == (round % 2 == 0), "round " .. round)
end

-- Mistakes.
local none, report = kong:compile("http.respose.status_code = 503")
check(none == nil and report:find('"code": "T108"', 1, true) and report:find('"code": "T301"', 1, true))
local fine, findings = kong:check("true == false")
check(type(fine) == "boolean" and findings:find('"diagnostics"', 1, true))
check(select(2, kong:check("true", { edition = "klingon" })) == "there is no edition `klingon`")
check(select(2, request:add("no.such.field", 1)) == "there is no field `no.such.field`")
check(select(2, request:add("http.response.status_code", "503")) == "http.response.status_code: the field has another type")
check(select(2, request:add("http.response.status_code", 503.5)):find("not an integer", 1, true))
check(select(2, request:add("client.address", "10.0.0.256")) == "client.address: the value stands for nothing")
check(select(2, request:add("tls.resumed", {})):find("this is a table", 1, true))
check(select(2, request:set_trace("00-zz")) == "not a `traceparent`")
check(select(2, tamis.catalog("bong")) == "there is no catalog `bong`")
check(select(2, tamis.catalog_from_json("{")):find('"code"', 1, true))
check(tamis.explain_code("T301"):find("T301", 1, true) and tamis.explain_code("T999") == nil)

-- Bytes.
local bytes = assert(kong:compile("http.response.status_code in [500, 502..504]")):to_bytes()
local loaded = assert(kong:load(bytes))
request:reset()
request:add("http.response.status_code", 503)
check(loaded:matches(request) == true)
check(select(2, kong:load(bytes:sub(1, 20))):find("%S"))
check(select(2, tamis.catalog("kong-router"):load(bytes)):find("http.response.status_code", 1, true))

-- Phases.
local early = assert(kong:compile('http.request.method == "GET" && http.response.status_code >= 500')):evaluation()
request:reset()
check(early:advance("connect", request) == nil and early:next_phase() == "request_headers")
request:add("http.request.method", "GET")
check(early:advance("request_headers", request) == nil and early:next_phase() == "response_headers")
request:add("http.response.status_code", 500)
check(early:advance("response_headers", request) == true and early:next_phase() == nil)
early:restart()
request:reset()
request:add("http.request.method", "POST")
check(early:advance("request_headers", request) == false and early:finish(request) == false)
check(not pcall(early.advance, early, "teatime", request))

-- Shares.
local quarter = assert(kong:compile("sample(25%)"))
request:reset()
check(quarter:matches(request) == false)
local parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
check(request:set_trace(parent) and quarter:matches(request) == true)
check(request:set_trace(parent, "ot=rv:00000000000001") and quarter:matches(request) == false)
request:set_trace(parent)
local share = quarter:evaluation()
check(share:advance("request_headers", request) == true and share:threshold() == "c")

-- Reasons.
request:reset()
request:add("http.response.status_code", 502)
check(kong:explain("http.response.status_code == 503", request):find('"to":[503]', 1, true))
check(kong:explain("no.such.field", request) == nil)

-- What is made is freed while the rest goes on.
for _ = 1, 50 do
    local one = assert(tamis.catalog("otel"))
    local other = assert(one:compile('url.path ^= "/v1"'))
    local own = one:request()
    own:add("url.path", "/v1/" .. tostring(one))
    one = nil
    collectgarbage()
    check(other:matches(own))
end

ngx.say("ok")
