-- What wrk sends as fast as it is answered: requests of many tenants, made beforehand.
-- The argument is how many milliseconds a connection waits between two of them.

local requests, number = {}, 0

function init(arguments)
  local pause = tonumber(arguments[1]) or 0
  if pause > 0 then
    function delay()
      return pause
    end
  end
  for i = 0, 899 do
    local headers = { ["Host"] = "shop.example", ["user-agent"] = "load/1.0", ["accept"] = "*/*" }
    headers["x-tenant"] = "tenant-" .. 100 + i % 500
    requests[i] = wrk.format("GET", "/v1/catalog/items/" .. 100 + i .. "?page=2", headers)
  end
end

function request()
  number = (number + 1) % 900
  return requests[number]
end
