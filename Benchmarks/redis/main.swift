/// redis-cost get|limit PORT CALLERS COUNT: asks the Redis server on that port of the loopback COUNT times from one reactor, so
/// many callers at a time, for a value of 1 KB or for a decision on two limits, and prints how often per second and what
/// each took of the processor, in microseconds.
import Reactor
import Redis

let arguments = CommandLine.arguments
guard arguments.count == 5, let kind = Work.Kind(rawValue: arguments[1]), let port = UInt16(arguments[2]),
    let callers = Int(arguments[3]), callers > 0, let count = Int(arguments[4]), count > 0
else {
    print("redis-cost get|limit PORT CALLERS COUNT")
    throw UsageError()
}
let reactors = try ReactorGroup(count: 1)
let client = RedisClient(
    reactors: reactors, options: RedisOptions(address: RedisAddress(host: "127.0.0.1", port: port)))
let work = Work(kind, client)
try await work.prepare()
let clock = ContinuousClock()
let (start, processorStart) = (clock.now, Work.processorSeconds)
try await withThrowingTaskGroup { group in
    for caller in 0..<callers {
        group.addTask(executorPreference: reactors.reactors[0]) {
            for _ in 0..<(count / callers) { try await work.call(caller) }
        }
    }
    try await group.waitForAll()
}
let calls = Double(count / callers * callers)
let seconds = (clock.now - start) / .seconds(1)
let processorMicroseconds = (Work.processorSeconds - processorStart) * 1e6 / calls
print(#"{"per_second":\#(calls / seconds),"processor_microseconds":\#(processorMicroseconds)}"#)
await client.shutDown()
reactors.stop()

struct UsageError: Error {}
