import TestSupport

/// What scripted providers of OpenAI's form answer in the fault catalogue. Each has a letter, by which its words are
/// known: `a0 a1 ...`.
enum FaultScript {
    /// - Parameters:
    ///   - call: from 0, of those that the provider got.
    ///   - isStream: what the hub asked for.
    typealias Play = @Sendable (_ call: Int, _ isStream: Bool) -> ScriptedAnswer

    static let words = 60

    /// The words that a client reads of a provider's answer.
    static func text(_ letter: String, _ count: Int = words) -> String {
        (0..<count).map { "\(letter)\($0) " }.joined()
    }

    // MARK: Answers

    static func healthy(_ letter: String) -> Play {
        { _, isStream in isStream ? stream(letter) : whole(letter) }
    }

    static func whole(_ letter: String) -> ScriptedAnswer {
        .json(
            #"{"choices":[{"index":0,"message":{"role":"assistant","content":"\#(text(letter))"},"finish_reason":"stop"}],"usage":\#(usage)}"#
        )
    }

    static let usage = #"{"prompt_tokens":10,"completion_tokens":60,"total_tokens":70}"#

    /// The events of a stream, to the given number of words and with or without its end.
    /// - Parameter first: the words before it have been said.
    static func events(_ letter: String, from first: Int = 0, words: Int = words, isComplete: Bool = true) -> String {
        var events = [chunk(#"{"role":"assistant","content":""}"#)]
        events += (first..<words).map { chunk(#"{"content":"\#(letter)\#($0) "}"#) }
        if isComplete {
            events.append(#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
            events.append(#"data: {"choices":[],"usage":\#(usage)}"#)
            events.append("data: [DONE]")
        }
        return events.map { $0 + "\n\n" }.joined()
    }

    /// Goes on with what the provider of this letter has said.
    static func goingOn(_ letter: String, after words: Int) -> Play {
        { _, isStream in isStream ? .events(events(letter, from: words)) : whole("b") }
    }

    static func stream(_ letter: String) -> ScriptedAnswer { .events(events(letter)) }

    private static func chunk(_ delta: String) -> String {
        #"data: {"choices":[{"index":0,"delta":\#(delta),"finish_reason":null}]}"#
    }

    // MARK: Faults

    static func error(_ status: Int, code: String = "server_error", retryAfter: Int? = nil) -> ScriptedAnswer {
        var answer = ScriptedAnswer.json(
            #"{"error":{"message":"no","type":"\#(code)","code":"\#(code)"}}"#, status: status)
        if let retryAfter { answer.headers.append(("retry-after", "\(retryAfter)")) }
        return answer
    }

    /// Fails while it is down.
    static func flapping(_ phase: FaultPhase) -> Play {
        { call, isStream in phase.isDown ? error(500) : healthy("a")(call, isStream) }
    }

    /// Gives no text: a stream reports a prompt of 10 tokens before it ends too early, a whole answer cannot be read.
    static let wordless: Play = { _, isStream in
        guard isStream else { return broken("a", afterWords: 0, isStream: false) { .close(at: $0) } }
        let usage = #"data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":0,"total_tokens":10}}"#
        return .events(events("a", words: 0, isComplete: false) + usage + "\n\n")
    }

    static func ending(_ ending: ScriptedAnswer.Ending, _ answer: ScriptedAnswer) -> ScriptedAnswer {
        var answer = answer
        answer.ending = ending
        return answer
    }

    /// Says the same over and over after so many words of a stream, or after its head, for longer than a hub waits, and then
    /// the rest. Before a whole answer, spaces, as JSON lets it, and no end of them.
    static func pinging(_ ping: String, afterWords words: Int?, isStream: Bool) -> ScriptedAnswer {
        guard isStream else { return ending(.repeating(" ", times: .max, at: 0), unframed(whole("a"))) }
        let part = words.map { events("a", words: $0, isComplete: false).utf8.count } ?? 0
        return ending(.repeating(ping, times: 40, at: part), stream("a"))
    }

    private static func unframed(_ answer: ScriptedAnswer) -> ScriptedAnswer {
        var answer = answer
        answer.framing = .chunked
        return answer
    }

    /// Goes wrong after so many words of a stream, or in the middle of a whole answer.
    static func broken(
        _ letter: String, afterWords words: Int, isStream: Bool, _ ending: (Int) -> ScriptedAnswer.Ending
    ) -> ScriptedAnswer {
        let answer = isStream ? stream(letter) : whole(letter)
        let part = isStream ? events(letter, words: words, isComplete: false).utf8.count : answer.body.count / 2
        return self.ending(ending(part), answer)
    }
}
