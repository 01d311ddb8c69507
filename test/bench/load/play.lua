-- For wrk: plays a file of records of one length, each between the same bytes before and after it.
--   wrk … -s play.lua URL -- FOLDER RECORD_LENGTH
-- Every thread plays a part of its own, from its start and over again. Prints one line of JSON.
local threads = {}

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local bytes = file:read('*a')
  file:close()
  return bytes
end

function setup(thread)
  thread:set('id', #threads)
  table.insert(threads, thread)
end

function init(args)
  local folder = args[1]
  length = tonumber(args[2])
  before, after = read(folder .. '/before'), read(folder .. '/after')
  records = read(folder .. '/records.' .. id)
  size, at = #records, 0
  counts = {}
end

function response(status)
  counts[status] = (counts[status] or 0) + 1
end

function request()
  if size == 0 then return before .. after end
  local from = at
  at = from + length
  if at == size then at = 0 end
  return before .. records:sub(from + 1, from + length) .. after
end

function done(result, latency)
  local parts = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get('counts')) do
      parts[#parts + 1] = string.format('[%d,%d]', status, count)
    end
  end
  local failed = result.errors
  print(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"failed":%d,"p50":%d,"p99":%d,"statuses":[%s]}',
    result.requests, result.duration, failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(99), table.concat(parts, ',')))
end
