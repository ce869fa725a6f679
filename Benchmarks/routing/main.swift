/// routing-cost STRATEGY CANDIDATES COUNT: decides COUNT times among so many targets and prints what one decision took, in
/// nanoseconds, and the reason that it gave. Its allocations are counted from outside.
import HubCore

let arguments = CommandLine.arguments
guard arguments.count == 4, RoutingStrategy(name: arguments[1]) != nil, let candidates = Int(arguments[2]),
    (2...1000).contains(candidates), let count = Int(arguments[3]), count > 0
else {
    print("routing-cost \(RoutingStrategy.allCases.map(\.rawValue).joined(separator: "|")) CANDIDATES COUNT")
    throw UsageError()
}
let work = try Work(strategy: arguments[1], candidates: candidates)
try await work.prepare(candidates: candidates)
let clock = ContinuousClock()
let start = clock.now
let reason = try work.decide(count)
let (seconds, attoseconds) = start.duration(to: clock.now).components
print(
    #"{"nanoseconds":\#((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)),"reason":"\#(reason)"}"#)

struct UsageError: Error {}
