/// The scripts of the limiter: what happens within one happens at once for all replicas, and at the server's time.
///
/// Arguments are the lease's name, then per key the kind (`b`ucket, `f`ixed, `s`liding, `c`oncurrency), the size, the pace
/// (of a bucket per second, else the length in microseconds), and what to take or settle.
enum LimitScripts {
    /// All or none. Answers whether it is admitted, the first limit that denied it (from 1), the wait in microseconds (-1:
    /// unknown), and per key what remains, the microseconds until the reset, and the stamp.
    static let take = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local lease = ARGV[1]
        local denied, wait, unknown = 0, 0, false
        local reply, states = {0, 0, 0}, {}
        for i = 1, #KEYS do
            local key, at = KEYS[i], 4 * i - 2
            local kind, size = ARGV[at], tonumber(ARGV[at + 1])
            local pace, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
            local room, delay, reset, stamp = 0, 0, 0, 0
            if kind == 'b' then
                local state = redis.call('HMGET', key, 't', 'u')
                local since = tonumber(state[2]) or now
                room = math.min(size, (tonumber(state[1]) or size) + math.max(0, now - since) * pace / 1000000)
                delay = (cost - room) * 1000000 / pace
                states[i] = room - cost
            elseif kind == 'f' then
                local state = redis.call('HMGET', key, 'w', 'n')
                stamp = math.floor(now / pace)
                local used = 0
                -- Also if the clock was set back.
                if state[1] and tonumber(state[1]) >= stamp then
                    stamp, used = tonumber(state[1]), tonumber(state[2])
                end
                room = size - used
                reset = (stamp + 1) * pace - now
                delay = reset
                states[i] = used + cost
            elseif kind == 's' then
                local width = math.ceil(pace / 10)
                stamp = math.floor(now / width)
                local parts, stale, used = {}, {}, 0
                local state = redis.call('HGETALL', key)
                for j = 1, #state, 2 do
                    local part, count = tonumber(state[j]), tonumber(state[j + 1])
                    if part < stamp - 10 then
                        stale[#stale + 1] = state[j]
                    else
                        parts[#parts + 1] = {part, count}
                        used = used + count
                    end
                end
                room = size - used
                if #parts > 0 then
                    table.sort(parts, function(a, b) return a[1] < b[1] end)
                    local last, freed = parts[1][1], 0
                    for j = 1, #parts do
                        if room + freed >= cost then break end
                        freed = freed + parts[j][2]
                        last = parts[j][1]
                    end
                    delay = (last + 11) * width - now
                    reset = (parts[#parts][1] + 11) * width - now
                end
                states[i] = stale
            else
                redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
                local held = redis.call('ZCARD', key)
                if redis.call('ZSCORE', key, lease) then held = held - 1 end
                cost = 1
                room = size - held
                delay = -1
            end
            if room < cost then
                if denied == 0 then denied = i end
                if cost > size or delay < 0 then unknown = true else wait = math.max(wait, delay) end
            end
            local row = 1 + 3 * i
            reply[row], reply[row + 1], reply[row + 2] = room, reset, stamp
        end
        for i = 1, #KEYS do
            local key, at, row = KEYS[i], 4 * i - 2, 1 + 3 * i
            local kind, size = ARGV[at], tonumber(ARGV[at + 1])
            local pace, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
            if denied == 0 then
                local state = states[i]
                if kind == 'b' then
                    redis.call('HSET', key, 't', state, 'u', now)
                    redis.call('PEXPIRE', key, math.ceil((size - state) * 1000 / pace) + 1000)
                elseif kind == 'f' then
                    redis.call('HSET', key, 'w', reply[row + 2], 'n', state)
                    redis.call('PEXPIRE', key, math.ceil(reply[row + 1] / 1000) + 1000)
                elseif kind == 's' then
                    redis.call('HINCRBY', key, string.format('%.0f', reply[row + 2]), ARGV[at + 3])
                    if #state > 0 then redis.call('HDEL', key, unpack(state)) end
                    redis.call('PEXPIRE', key, math.ceil(pace * 1.2 / 1000) + 1000)
                    reply[row + 1] = 11 * math.ceil(pace / 10)
                else
                    redis.call('ZADD', key, now + pace, lease)
                    -- Never sooner than another's lease ends.
                    local longest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
                    redis.call('PEXPIRE', key, math.ceil((longest[2] - now) / 1000) + 1000)
                    cost = 1
                end
                reply[row] = reply[row] - cost
            end
            if kind == 'b' then reply[row + 1] = (size - reply[row]) * 1000000 / pace end
            reply[row] = math.max(0, math.floor(reply[row]))
            reply[row + 1] = math.ceil(reply[row + 1])
        end
        if denied == 0 then reply[1] = 1 end
        reply[2] = denied
        if unknown then reply[3] = -1 else reply[3] = math.ceil(wait) end
        return reply
        """)

    /// Books what a call came to beyond what it took, negative for what it gives back, and ends its leases. Per key the
    /// fifth argument is the stamp. What is given back counts only where it was taken: a window that is over has nothing
    /// to give to the next.
    static let settle = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local lease = ARGV[1]
        for i = 1, #KEYS do
            local key, at = KEYS[i], 5 * i - 3
            local kind, size, pace = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
            local more, stamp = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
            if kind == 'c' then
                redis.call('ZREM', key, lease)
            elseif more ~= 0 and kind == 'b' then
                local state = redis.call('HMGET', key, 't', 'u')
                local since = tonumber(state[2]) or now
                local room = math.min(size, (tonumber(state[1]) or size) + math.max(0, now - since) * pace / 1000000)
                room = math.min(size, room - more)
                redis.call('HSET', key, 't', room, 'u', now)
                redis.call('PEXPIRE', key, math.ceil((size - room) * 1000 / pace) + 1000)
            elseif more ~= 0 and kind == 'f' then
                local window = math.floor(now / pace)
                local state = redis.call('HMGET', key, 'w', 'n')
                local used = 0
                if state[1] and tonumber(state[1]) >= window then window, used = tonumber(state[1]), tonumber(state[2]) end
                if more > 0 or window == stamp then
                    redis.call('HSET', key, 'w', window, 'n', math.max(0, used + more))
                    redis.call('PEXPIRE', key, math.ceil(((window + 1) * pace - now) / 1000) + 1000)
                end
            elseif more ~= 0 then
                local part = math.floor(now / math.ceil(pace / 10))
                if more < 0 then
                    local taken = tonumber(redis.call('HGET', key, string.format('%.0f', stamp)) or 0)
                    more = -math.min(-more, taken)
                    if stamp < part - 10 then more = 0 end
                    part = stamp
                end
                if more ~= 0 then
                    redis.call('HINCRBY', key, string.format('%.0f', part), string.format('%.0f', more))
                    redis.call('PEXPIRE', key, math.ceil(pace * 1.2 / 1000) + 1000)
                end
            end
        end
        return 1
        """)
}
