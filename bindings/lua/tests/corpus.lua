-- Every verdict case of the corpus says here what it says elsewhere, also as bytes and phase by phase.
local tamis = require("tamis")

local catalogs = {}

local function catalog_of(case)
    local key = case.catalog or case.json
    if not catalogs[key] then
        catalogs[key] = case.catalog and assert(tamis.catalog(case.catalog)) or assert(tamis.catalog_from_json(case.json))
    end
    return catalogs[key]
end

local cases = dofile(ngx.var.cases)
local checked, wrong = 0, {}
for _, case in ipairs(cases) do
    local catalog = catalog_of(case)
    local rule, report = catalog:compile(case.rule)
    local told = {}
    if not rule then
        told[1] = "it does not compile: " .. report
    else
        local request = catalog:request()
        request:set_trace("00-00000000000000000000000000000001-0000000000000001-01", "ot=rv:" .. case.randomness)
        for _, fact in ipairs(case.facts) do
            local added, why = request:add(fact[1], fact[2])
            if not added then
                told[#told + 1] = why
            end
        end
        if rule:matches(request) ~= case.matches then
            told[#told + 1] = "its verdict differs"
        end
        local loaded, refused = catalog:load(rule:to_bytes())
        if not loaded then
            told[#told + 1] = "its bytes are refused: " .. refused
        elseif loaded:matches(request) ~= case.matches then
            told[#told + 1] = "the verdict of its bytes differs"
        end
        local evaluation = rule:evaluation()
        evaluation:advance("log", request)
        if evaluation:finish(request) ~= case.matches then
            told[#told + 1] = "its last verdict differs"
        end
    end
    checked = checked + 1
    if #told > 0 then
        wrong[#wrong + 1] = case.name .. "\n  " .. case.rule .. "\n  " .. table.concat(told, "\n  ")
    end
end
if #wrong > 0 then
    ngx.say(table.concat(wrong, "\n"))
    ngx.say(#wrong, " of ", checked, " cases differ")
elseif checked < 500 then
    ngx.say("only ", checked, " cases")
else
    ngx.say("ok")
end
