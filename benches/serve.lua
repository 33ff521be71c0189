-- What wrk sends to POST /v1/validate: sessions as a control plane asks for them, each with a rule of its own.
-- The argument is how many milliseconds a connection waits between two of them.

local session = [[{
  "session": {
    "name": "checkout errors",
    "targets": "all",
    "sampling_rule": "http.request.method == \"POST\" && http.response.status_code in [502, 504] && url.path ^= \"/v%d/orders\" && proxy.kong.latency.total > %dms",
    "duration": "5m",
    "max_samples": 50,
    "capture": ["headers", "logs"]
  },
  "fleet": {
    "nodes": [
      { "name": "dp-1", "version": "3.11", "kind": "hybrid", "requests_per_second": 300 },
      { "name": "dp-2", "version": "3.10", "kind": "hybrid" },
      { "name": "dp-3", "version": "3.9.1", "kind": "hybrid", "settings": { "cluster_rpc": "on", "active_tracing": "on" } }
    ]
  }
}]]

local n = 0
local pause = 0

function init(arguments)
  pause = tonumber(arguments[1]) or 0
end

function delay()
  return pause
end

wrk.method = "POST"
wrk.headers["content-type"] = "application/json"

function request()
  n = n + 1
  return wrk.format(nil, nil, nil, session:format(n % 97, 100 + n % 1013))
end
