import Testing

@testable import Service

struct VariableSubstitutionTests {
    private let origin = ConfigurationOrigin.file("a.yaml", line: 3, column: 7)

    private func substitute(_ text: String) -> (text: String?, mistakes: [String]) {
        var substitution = VariableSubstitution(environment: ["NAME": "value", "EMPTY": "", "OTHER": "${NAME}"])
        let node = YAMLNode(content: .scalar(YAMLScalar(text: text, style: .quoted)), origin: origin)
        let result = substitution.apply(to: node, path: "a.b")
        guard case .scalar(let scalar) = result.content else { return (nil, []) }
        return (scalar.text, substitution.diagnostics.map(\.description))
    }

    @Test(arguments: [
        ("plain", "plain"), ("${NAME}", "value"), ("a${NAME}b${NAME}", "avaluebvalue"), ("${MISSING:-x:-y}", "x:-y"),
        ("${EMPTY:-x}", "x"), ("${EMPTY}", ""), ("${MISSING:-}", ""), ("${NAME:-x}", "value"), ("$$", "$"),
        ("$${NAME}", "${NAME}"), ("cost $5", "cost $5"), ("end$", "end$"), ("${OTHER}", "${NAME}"),
    ])
    func `variables are replaced once`(text: String, expected: String) {
        let result = substitute(text)
        #expect(result.text == expected)
        #expect(result.mistakes.isEmpty)
    }

    @Test(arguments: [
        ("${MISSING}", "the variable MISSING is not set; set it or write ${MISSING:-default}"),
        ("${NAME", "\"${\" has no closing \"}\"; write $$ for a dollar sign"),
        ("${a b}", "\"a b\" is not a variable's name; write $$ for a dollar sign"),
        ("${}", "\"\" is not a variable's name; write $$ for a dollar sign"),
    ])
    func `mistakes name place, path and variable`(text: String, message: String) {
        #expect(substitute(text).mistakes == ["a.yaml:3:7: a.b: \(message)"])
    }

    @Test func `a value cannot bring YAML with it`() throws {
        let fixture = ConfigurationFixture.file("default_provider: ${P}\n", environment: ["P": "simulated\nport: 1"])
        let mistakes = try fixture.mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix("hub.yaml:1:19: default_provider: must be") == true)
    }

    @Test func `a replaced value in quotes can be a number`() throws {
        let fixture = ConfigurationFixture.file(#"{"port": "${P}"}"#, environment: ["P": "81"])
        #expect(try fixture.load().configuration.server.port == 81)
    }

    @Test func `a variable that is not set is one mistake`() throws {
        #expect(
            try ConfigurationFixture.file("port: ${P}\n").mistakes() == [
                "hub.yaml:1:7: port: the variable P is not set; set it or write ${P:-default}"
            ])
    }

    @Test func `a message never shows a variable's value`() throws {
        let fixture = ConfigurationFixture.file("port: ${P}\n", environment: ["P": "hunter2"])
        #expect(
            try fixture.mistakes() == [
                "hub.yaml:1:7: port: must be an integer 0..65535, got \"${P}\" with its variables replaced"
            ])
    }
}
