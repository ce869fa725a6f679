/// What a survey says of a request.
struct SurveyOutcome {
    let text: String
    let isBroken: Bool
    var isAnswer = false
}

extension SurveyOutcome {
    /// A complete answer of one provider, or an error that says so: nothing between.
    init(judging seen: FaultOutcome, isStream: Bool) {
        let isWhole = seen.text == FaultScript.text("a") || seen.text == FaultScript.text("b")
        if seen.status == 200, seen.isCleanEnd, seen.error == nil {
            self.init(
                text: isWhole ? "answered (\(seen.reason))" : "BROKEN: part of an answer", isBroken: !isWhole,
                isAnswer: isWhole)
            return
        }
        guard let error = seen.error else {
            self.init(text: "BROKEN: cut without a word", isBroken: true)
            return
        }
        let isTruthful =
            FaultScript.text("a").hasPrefix(seen.text) && !(isStream && seen.status == 200 && seen.isCleanEnd)
        self.init(text: isTruthful ? error : "BROKEN: \(error)", isBroken: !isTruthful)
    }
}
