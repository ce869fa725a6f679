import Dialects
import Testing
import Wire

struct TranslationReportTests {
    @Test func `names of fields are fit for a header`() {
        var report = TranslationReport()
        report.drop("evil\r\nset-cookie: a, b\u{e9}")
        report.drop(String(repeating: "x", count: 500))
        report.drop("plain_name")
        report.drop("plain_name")
        #expect(report.dropped == ["evil__set-cookie:_a__b__", String(repeating: "x", count: 96), "plain_name"])
    }

    @Test func `a body of unknown fields makes no endless list`() throws {
        let fields = (0..<1000).map { #","f\#($0)":1"# }.joined()
        let request = try OpenAIRequest.canonical(
            parsed(#"{"messages":[{"role":"user","content":"a"}]\#(fields)}"#))
        var report = TranslationReport()
        _ = AnthropicRequest.render(
            request, model: "m", target: AnthropicTarget(model: "claude-sonnet-4-5"), report: &report)
        #expect(report.dropped.count == 64)
    }

    @Test func `strict calls fail with every loss, others with what must not be lost`() {
        var report = TranslationReport()
        report.drop("seed")
        #expect(failure { () throws(HubError) in try report.check(isStrict: false, provider: "p") } == nil)
        let strict = failure { () throws(HubError) in try report.check(isStrict: true, provider: "p") }
        #expect(strict?.code == .unsupportedParameter)
        #expect(strict?.parameter == "seed")
        report.refuse("tools.web_search")
        let refused = failure { () throws(HubError) in try report.check(isStrict: false, provider: "p") }
        #expect(refused?.message == "p does not take tools.web_search")
    }
}
