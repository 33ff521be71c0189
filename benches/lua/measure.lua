-- What a call of the modules costs in a worker of nginx, beside atc-router's own where `$peer` says where they are.
--
-- A call resets the context, adds four values and executes; rounds of both engines take turns, and the best of each
-- counts, in processor time.
local tamis = require("tamis")

local ROUNDS, CALLS = 7, 20000
local MODULES = { "schema", "router", "context" }

local function forget()
    for name in pairs(package.loaded) do
        if name:find("^resty%.router") then
            package.loaded[name] = nil
        end
    end
end

-- The three modules of an engine, found along a path of its own.
local function engine(path, cpath)
    local before, cbefore = package.path, package.cpath
    package.path, package.cpath = path .. ";" .. before, cpath .. ";" .. cbefore
    forget()
    local modules = {}
    for _, name in ipairs(MODULES) do
        modules[name] = require("resty.router." .. name)
    end
    package.path, package.cpath = before, cbefore
    return modules
end

local function uuid(number)
    return ("00000000-0000-0000-0000-%012d"):format(number)
end

-- A function that asks `n` rules about one request after the other, of which every second one matches a rule.
local function asking(modules, n)
    local schema = modules.schema.new()
    for field, kind in pairs({ ["http.host"] = "String", ["http.method"] = "String", ["http.path"] = "String",
                               ["net.src.ip"] = "IpAddr" }) do
        assert(schema:add_field(field, kind))
    end
    local router = modules.router.new(schema, n)
    for number = 1, n do
        local rule = ('http.host == "host-%d.example" && http.method == "GET" && http.path ^= "/v1/"'):format(number)
        assert(router:add_matcher(number, uuid(number), rule))
    end
    local context = modules.context.new(schema)
    return function(calls)
        local matched = 0
        for call = 1, calls do
            context:reset()
            context:add_value("http.host", call % 2 == 0 and "host-1.example" or "other.example")
            context:add_value("http.method", "GET")
            context:add_value("http.path", "/v1/orders")
            context:add_value("net.src.ip", "10.1.2.3")
            if router:execute(context) then
                matched = matched + 1
            end
        end
        return matched
    end
end

-- A rule through the modules of its own: the whole request at once, and from phase to phase.
local function of_rules()
    local kong = assert(tamis.catalog("kong"))
    local rule = assert(kong:compile('http.request.method == "GET" && url.path ^= "/v1/" && http.response.status_code >= 500'))
    local request, evaluation = kong:request(), rule:evaluation()
    local function begin()
        request:reset()
        request:add("http.request.method", "GET")
        request:add("url.path", "/v1/orders")
    end
    local function whole(calls)
        local matched = 0
        for call = 1, calls do
            begin()
            request:add("http.response.status_code", call % 2 == 0 and 503 or 200)
            if rule:matches(request) then
                matched = matched + 1
            end
        end
        return matched
    end
    local function phases(calls)
        local matched = 0
        for call = 1, calls do
            begin()
            evaluation:restart()
            evaluation:advance("request_headers", request)
            request:add("http.response.status_code", call % 2 == 0 and 503 or 200)
            if evaluation:advance("response_headers", request) then
                matched = matched + 1
            end
        end
        return matched
    end
    local function asked(calls)
        local matched = 0
        for _ = 1, calls do
            if rule:matches(request) then
                matched = matched + 1
            end
        end
        return matched
    end
    return { { "filled with three values, asked as a whole", whole }, { "filled and asked at two phases", phases },
             { "asked again, not filled", asked } }
end

-- The nanoseconds of a call, the best of some rounds in which all functions take turns; all have to find the same.
local function measured(functions)
    local best = {}
    for _ = 0, ROUNDS do
        local expected
        for place, ask in ipairs(functions) do
            local began = os.clock()
            local found = ask(CALLS)
            local took = (os.clock() - began) / CALLS * 1e9
            expected = expected or found
            assert(found == expected, "the engines do not agree")
            best[place] = math.min(best[place] or math.huge, took)
        end
    end
    return best
end

local ours = engine("bindings/lua/lib/?.lua", "target/?.so")
local peer = ngx.var.peer ~= "" and engine(ngx.var.peer .. "/lib/?.lua", ngx.var.peer .. "/target/release/?.so")
ngx.say(peer and "| Rules | Tamis | atc-router | Tamis is faster |" or "| Rules | Tamis |")
ngx.say(peer and "|---:|---:|---:|---:|" or "|---:|---:|")
for _, n in ipairs({ 1, 10, 100, 1000 }) do
    local best = measured(peer and { asking(ours, n), asking(peer, n) } or { asking(ours, n) })
    local line = ("| %d | %.0f ns |"):format(n, best[1])
    if peer then
        line = line .. (" %.0f ns | %.2f× |"):format(best[2], best[2] / best[1])
    end
    ngx.say(line)
end
ngx.say("\n| One rule of three conditions, `tamis` | A call |\n|---|---:|")
for _, part in ipairs(of_rules()) do
    ngx.say(("| %s | %.0f ns |"):format(part[1], measured({ part[2] })[1]))
end
ngx.say("end")
