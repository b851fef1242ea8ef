-- wrk: sends each line of the file once, then the last ones again (turns.py sees it and prepares more). Prints one line of JSON at the end.
local lines, at = {}, 0

function init(args)
    local headers = { ["Content-Type"] = "text/xml", ["Host"] = "127.0.0.1" }
    for line in io.lines(args[1]) do
        local path, body = line:match("^(.-)\t(.*)$")
        lines[#lines + 1] = wrk.format("POST", path, headers, body)
    end
end

function request()
    at = at + 1
    return lines[math.min(at, #lines)]
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f, "errors": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        latency.max / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
