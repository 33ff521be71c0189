-- The interface of atc-router: schema, router, context.
local schema = require("resty.router.schema")
local router = require("resty.router.router")
local context = require("resty.router.context")

local function check(condition, what)
    if not condition then
        error(what or "not true", 2)
    end
end

local s = schema.new()
check(s:add_field("http.path", "String"))
check(s:add_field("http.headers.*", "String"))
check(s:add_field("net.src.ip", "IpAddr"))
check(s:add_field("tcp.port", "Int"))
check(select(2, s:add_field("tcp.port", "Int")) == "field tcp.port already exists")
check(not pcall(s.add_field, s, "x", "Float"))
check(s:get_field_type("http.headers.x_tenant") == "String")
check(select(2, s:get_field_type("net.dst.port")) == "field net.dst.port unknown")

local low, high = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
local r = router.new(s)
check(r:add_matcher(0, low, [[http.path ^= "/foo" && tcp.port == 80]]))
check(r:add_matcher(1, high, [[http.path ~ "^/foo/(?P<id>\\d+)$" && net.src.ip in 10.0.0.0/8]]))
local refused, why = r:add_matcher(2, low, [[http.path == 80]])
check(refused == nil and #why > 0, why)
check(table.concat(r:get_fields(), " ") == "http.path net.src.ip tcp.port")
check(table.concat(router.validate(s, [[http.headers.x_tenant == "acme"]]), " ") == "http.headers.x_tenant")
check(select(2, router.validate(s, "http.path ~ \"(\"")))

local c = context.new(s)
check(c:add_value("nothing", nil))
check(select(2, c:add_value("nothing", "x")) == "field nothing unknown")
check(select(2, c:add_value("net.src.ip", "300.0.0.1")):find("not an address", 1, true))
check(r:execute(c) == false and c:get_result("http.path") == nil)

c:add_value("http.path", "/foo/42")
c:add_value("tcp.port", 80)
c:add_value("net.src.ip", "10.9.8.7")
check(r:execute(c) == true)
local uuid, value, captures = c:get_result("http.path")
check(uuid == high and value == "/foo/42", value)
check(captures[0] == "/foo/42" and captures[1] == "42" and captures.id == "42")
check(select(2, c:get_result()) == nil)

c:reset()
check(r:execute(c) == false)
c:add_value("http.path", "/foo/42")
c:add_value("tcp.port", "80")
check(r:execute(c) == true)
uuid, value, captures = c:get_result("http.path")
check(uuid == low and value == "/foo" and captures == nil)

check(r:remove_matcher(low) == true and r:remove_matcher(low) == false)
check(r:execute(c) == false)
check(not pcall(r.execute, r, context.new(schema.new())))

ngx.say("ok")
