/**
 * Stores notices until they expire, counts the publication and delivers it.
 *
 * KEYS: the sorted set of notices by expiry, the sequence number. ARGV: the channel, the message, then the
 * expiry and the key of each notice. Removes a bounded number of expired notices on the way.
 */
export const publishScript = `
for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1]) end
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', nowMs, 'LIMIT', 0, 1000)
if #expired > 0 then redis.call('ZREM', KEYS[1], unpack(expired)) end
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if last[2] then redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2])) end
local sequence = redis.call('INCR', KEYS[2])
redis.call('PUBLISH', ARGV[1], sequence .. ' ' .. ARGV[2])
return sequence
`;

/**
 * Sends the sequence number to this instance alone, in the order of the publications. KEYS: the sequence
 * number. ARGV: the channel of the instance.
 */
export const pingScript = `
redis.call('PUBLISH', ARGV[1], redis.call('GET', KEYS[1]) or '0')
return 1
`;

/**
 * A page of the notices, those that expire last first: removing expired ones does not move the others.
 * KEYS: the sorted set. ARGV: the first and the last rank.
 */
export const pageScript = `return redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')`;
