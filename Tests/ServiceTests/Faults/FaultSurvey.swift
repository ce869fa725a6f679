@testable import Service

/// The faults of the catalogue in a user's own configuration: its routes, strategies, retries and breakers, with a
/// scripted provider in place of each of its own.
struct FaultSurvey {
    typealias Outcomes = [(form: FaultSequence.Form, outcome: SurveyOutcome)]

    /// A fault, and what comes of it for a model.
    struct Row: Sendable {
        let id: String
        let title: String
        let outcomes: @Sendable (_ model: String) async throws -> Outcomes
    }

    let configuration: LoadedConfiguration
    private let standIns: [String: String]

    init(configuration path: String, environment: [String: String]) throws {
        let found = try StandInConfiguration(path: path, environment: environment)
        (configuration, standIns) = (found.loaded, found.standIns)
    }

    /// One for each route, and one for the default; without these, one for each provider.
    var models: [String] {
        let routing = configuration.configuration.routing
        let routed = routing.routes.map { String($0.pattern.map { $0 == "*" || $0 == "?" ? "x" : $0 }) }
        let all = routed + (routing.defaultProvider.map { ["\($0)/x"] } ?? [])
        guard all.isEmpty else { return all }
        let given = configuration.configuration.providers.filter(\.isEnabled).map { "\($0.id)/x" }
        return given.isEmpty ? ["simulated/x"] : given
    }

    /// What is not as the configuration has it.
    var remarks: [String] {
        var lines = ["Scripted providers, a database in memory, short deadlines; no authentication, no Redis, no key."]
        for (name, value) in standIns.sorted(by: { $0.key < $1.key }) {
            lines.append("\(name) is not set: \(value) stands in for it")
        }
        if !rescuesStreams {
            lines.append("No route has rescue_streams, so nothing goes on with a stream that broke, in S14 neither.")
        }
        return lines
    }

    private var rescuesStreams: Bool {
        let routing = configuration.configuration.routing
        return routing.rescuesStreams || routing.routes.contains { $0.rescuesStreams == true }
    }

    // MARK: Rows

    var rows: [Row] {
        let cases = FaultCatalogue.cases + FaultCatalogue.pings + (rescuesStreams ? FaultCatalogue.rescues : [])
        return cases.map(row) + [flapping, accounting]
    }

    /// The provider that is called first has the fault. All others are well, but where they are to go on with a stream.
    private func row(_ fault: FaultCase) -> Row {
        Row(id: fault.id, title: fault.title) { [configuration] model in
            var outcomes: Outcomes = []
            for form in [FaultSequence.Form.whole, .stream] {
                let outcome = try await SurveyHub.run(
                    configuration, first: fault.first,
                    others: fault.rescuesStreams ? fault.second : FaultScript.healthy("b"),
                    continuesTexts: fault.rescuesStreams
                ) { try $0.outcome(model, isStream: form == .stream) }
                outcomes.append((form, outcome))
            }
            return outcomes
        }
    }

    /// 20 requests while the provider is down, and 3 when it is up and its breaker has been open for its time.
    private var flapping: Row {
        Row(id: "S15", title: "flaps until the breaker lets go") { [configuration] model in
            let phase = FaultPhase()
            let outcome = try await SurveyHub.run(configuration, first: FaultScript.flapping(phase)) { hub in
                func ask(_ range: Range<Int>) throws -> [SurveyOutcome] {
                    try range.map { try hub.outcome(model, isStream: $0 % 2 == 1, text: "hi \($0)") }
                }
                phase.isDown = true
                let before = try ask(0..<20)
                let calls = hub.upstreamCalls.failing
                phase.isDown = false
                hub.clock.advance(
                    seconds: UInt64(configuration.configuration.breaker.openTime.components.seconds) + 1)
                let after = try ask(20..<23)
                let counts = [before, after].map { "\($0.count(where: \.isAnswer)) of \($0.count)" }
                let broken = (before + after).first(where: \.isBroken)
                return SurveyOutcome(
                    text: broken?.text ?? "down: \(counts[0]) answered, \(calls) calls to it; up: \(counts[1])",
                    isBroken: broken != nil)
            }
            return [(.inTurn, outcome)]
        }
    }

    /// The ledger has a row for each call, and the tokens of all of them: what providers reported, or an estimate.
    private var accounting: Row {
        Row(id: "S16", title: "accounts for all legs") { [configuration] model in
            var outcomes: Outcomes = []
            for form in [FaultSequence.Form.whole, .stream] {
                let outcome = try await SurveyHub.run(configuration, first: FaultScript.wordless) { hub in
                    let answer = try hub.outcome(model, isStream: form == .stream)
                    guard !answer.isBroken, let ledger = try await hub.ledger() else {
                        return answer.isBroken ? answer : SurveyOutcome(text: "the ledger is off", isBroken: false)
                    }
                    let calls = hub.upstreamCalls.failing + hub.upstreamCalls.others
                    let areTokensRight =
                        form == .stream ? ledger.inputTokens == 10 * calls : ledger.inputTokens >= calls
                    let isRight = ledger.rows == calls && areTokensRight
                    let text = "\(calls) calls, \(ledger.rows) rows, \(ledger.inputTokens) tokens of prompts"
                    return SurveyOutcome(text: isRight ? text : "BROKEN: \(text)", isBroken: !isRight)
                }
                outcomes.append((form, outcome))
            }
            return outcomes
        }
    }
}
