/// translation-cost KIND CLIENT PROVIDER COUNT: translates COUNT requests, answers or events between two dialects and prints
/// what one took, in nanoseconds. Its allocations are counted from outside.
import Dialects
import TestSupport
import Wire

let arguments = CommandLine.arguments
guard arguments.count == 5, let kind = Work.Kind(rawValue: arguments[1]),
    let client = WireDialect(rawValue: arguments[2]),
    let provider = WireDialect(rawValue: arguments[3]), let count = Int(arguments[4]), count > 0
else {
    let dialects = WireDialect.allCases.map(\.rawValue).joined(separator: "|")
    print("translation-cost request|answer|event CLIENT PROVIDER COUNT, where both are \(dialects)")
    throw UsageError()
}
let work = try Work(kind, client: client, provider: provider, count: count)
let clock = ContinuousClock()
let start = clock.now
try work.run()
let (seconds, attoseconds) = start.duration(to: clock.now).components
print(#"{"nanoseconds":\#((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count))}"#)

struct UsageError: Error {}
