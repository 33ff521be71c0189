-- What wrk sends through the gateway for hours, and how it holds every answer to its request.
-- Each thread has one connection, so an answer belongs to the request before it: its body has to give the number of
-- that request and its path back.
-- The first argument is how many milliseconds a connection waits between two requests.

local kinds = {
  { method = "GET", path = "/steady/a?page=2", status = 200 },
  { method = "POST", path = "/steady/orders", status = 200, body = ("x"):rep(2000) },
  { method = "GET", path = "/steady/large", status = 200, length = 100000 },
  { method = "GET", path = "/flaky/a", status = 200, may_fail = true },
  { method = "GET", path = "/steady/missing", status = 404 },
  { method = "GET", path = "/nowhere", status = 404, own = true },
  { method = "POST", path = "/flaky/orders", status = 200, body = "y", may_fail = true },
}

local threads = {}
local pause, number, last = 0, 0, nil
right, failed, wrong, sample = 0, 0, 0, ""

function setup(thread)
  table.insert(threads, thread)
  thread:set("name", #threads)
end

function init(arguments)
  pause = tonumber(arguments[1]) or 0
end

function delay()
  return pause
end

function request()
  number = number + 1
  local kind = kinds[(number + name) % #kinds + 1]
  last = { kind = kind, id = name .. "-" .. number }
  local headers = { ["Host"] = "soak.example", ["x-soak"] = last.id, ["x-tenant"] = "tenant-" .. number % 500 }
  return wrk.format(kind.method, kind.path, headers, kind.body)
end

local function is_right(status, headers, body)
  local kind = last.kind
  if status ~= kind.status then
    return false
  elseif kind.own then
    return body == '{"message":"no Route matched with those values"}'
  elseif kind.length then
    return #body == kind.length and headers["x-soak"] == last.id
  end
  return body == last.id .. " " .. kind.path .. "\n"
end

function response(status, headers, body)
  if is_right(status, headers, body) then
    right = right + 1
  elseif last.kind.may_fail and (status == 502 or status == 504) and body:find("message", 1, true) then
    failed = failed + 1
  else
    wrong = wrong + 1
    sample = ("%s %s (%s): %d %s"):format(last.kind.method, last.kind.path, last.id, status, body:sub(1, 200))
  end
end

function done(summary)
  local sums = { right = 0, failed = 0, wrong = 0 }
  for _, thread in ipairs(threads) do
    for key in pairs(sums) do
      sums[key] = sums[key] + thread:get(key)
    end
    if thread:get("sample") ~= "" then
      print("wrong: " .. thread:get("sample"))
    end
  end
  local errors = summary.errors
  print(("right %d, failed %d, wrong %d"):format(sums.right, sums.failed, sums.wrong))
  print(("connect %d, read %d, write %d, timeout %d"):format(errors.connect, errors.read, errors.write, errors.timeout))
end
