/// The scripts of the limiter: what happens within one happens at once for all replicas, and at the server's time.
///
/// Arguments are the lease's name, then per key the kind (`b`ucket, `f`ixed, `s`liding, `c`oncurrency), the size, the pace
/// (of a bucket per second, else the length in microseconds), and what to take or settle.
enum LimitScripts {
    /// All or none. Answers the limit that denied it for longest (from 1; 0: admitted), the wait in microseconds (-1: for
    /// ever), the time in milliseconds, and per key what remains and the microseconds until the reset.
    static let take = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local lease = ARGV[1]
        local denied, wait = 0, 0
        local rooms, resets, states, stamps = {}, {}, {}, {}
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
                local width = math.ceil(pace / 60)
                stamp = math.floor(now / width)
                local parts, stale, used, newest = {}, {}, 0, stamp
                local state = redis.call('HGETALL', key)
                for j = 1, #state, 2 do
                    local part, count = tonumber(state[j]), tonumber(state[j + 1])
                    if part < stamp - 60 then
                        stale[#stale + 1] = state[j]
                    else
                        parts[#parts + 1] = {part, count}
                        used = used + count
                        newest = math.max(newest, part)
                    end
                end
                room = size - used
                if used > 0 then reset = (newest + 61) * width - now end
                if room < cost and #parts > 0 then
                    table.sort(parts, function(a, b) return a[1] < b[1] end)
                    local last, freed = parts[1][1], 0
                    for j = 1, #parts do
                        if room + freed >= cost then break end
                        freed = freed + parts[j][2]
                        last = parts[j][1]
                    end
                    delay = (last + 61) * width - now
                end
                states[i] = stale
            else
                redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
                local held = redis.call('ZCARD', key)
                if redis.call('ZSCORE', key, lease) then held = held - 1 end
                cost = 1
                room = size - held
                -- Nobody knows when another ends.
                delay = 1000000
            end
            if room < cost and wait >= 0 then
                if cost > size then
                    denied, wait = i, -1
                elseif delay > wait then
                    denied, wait = i, delay
                end
            end
            rooms[i], resets[i], stamps[i] = room, reset, stamp
        end
        local reply = {denied, math.ceil(wait), math.floor(now / 1000)}
        for i = 1, #KEYS do
            local key, at = KEYS[i], 4 * i - 2
            local kind, size = ARGV[at], tonumber(ARGV[at + 1])
            local pace, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
            if denied == 0 then
                local state = states[i]
                if kind == 'b' then
                    redis.call('HSET', key, 't', state, 'u', now)
                    redis.call('PEXPIRE', key, math.ceil((size - state) * 1000 / pace) + 1000)
                elseif kind == 'f' then
                    redis.call('HSET', key, 'w', stamps[i], 'n', state)
                    redis.call('PEXPIRE', key, math.ceil(resets[i] / 1000) + 1000)
                elseif kind == 's' then
                    redis.call('HINCRBY', key, string.format('%.0f', stamps[i]), ARGV[at + 3])
                    if #state > 0 then redis.call('HDEL', key, unpack(state)) end
                    redis.call('PEXPIRE', key, math.ceil(pace * 1.2 / 1000) + 1000)
                    if cost > 0 then resets[i] = (stamps[i] + 61) * math.ceil(pace / 60) - now end
                else
                    redis.call('ZADD', key, now + pace, lease)
                    -- Never sooner than another's lease ends.
                    local longest = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
                    redis.call('PEXPIRE', key, math.ceil((longest[2] - now) / 1000) + 1000)
                    cost = 1
                end
                rooms[i] = rooms[i] - cost
            end
            if kind == 'b' then resets[i] = (size - rooms[i]) * 1000000 / pace end
            reply[2 + 2 * i] = math.max(0, math.floor(rooms[i]))
            reply[3 + 2 * i] = math.ceil(resets[i])
        end
        return reply
        """)

    /// Books what a call came to beyond what it took, negative for what it gives back, and ends its leases. Per key the
    /// fifth argument is when it was taken, in milliseconds. What is given back counts only where it was taken: a window that is over has nothing
    /// to give to the next.
    static let settle = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local lease = ARGV[1]
        for i = 1, #KEYS do
            local key, at = KEYS[i], 5 * i - 3
            local kind, size, pace = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
            local more, taken = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]) * 1000
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
                if more > 0 or window == math.floor(taken / pace) then
                    redis.call('HSET', key, 'w', window, 'n', math.max(0, used + more))
                    redis.call('PEXPIRE', key, math.ceil(((window + 1) * pace - now) / 1000) + 1000)
                end
            elseif more ~= 0 then
                local width = math.ceil(pace / 60)
                local part = math.floor(now / width)
                if more < 0 then
                    local place = math.floor(taken / width)
                    local count = tonumber(redis.call('HGET', key, string.format('%.0f', place)) or 0)
                    more = -math.min(-more, count)
                    if place < part - 60 then more = 0 end
                    part = place
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
