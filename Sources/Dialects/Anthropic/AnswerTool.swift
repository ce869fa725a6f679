/// A tool in whose arguments an answer is given, for models that cannot be held to a JSON schema otherwise.
///
/// The name is reserved: a call of it is text for everybody but the provider.
enum AnswerTool {
    static let nameText: StaticString = "hub_json_answer"
    static let name = "\(nameText)"
    static let description = "Gives the final answer, in the form that is asked for."
}
