/// Where and as whom Gemini is called through Vertex AI.
public struct VertexOptions: Sendable {
    public var account: GoogleServiceAccount
    /// Whose models are called.
    public var project: String
    /// A region such as `europe-west4`; `global` leaves the choice to Google.
    public var location: String

    public init(account: GoogleServiceAccount, project: String, location: String = "global") {
        self.account = account
        self.project = project
        self.location = location
    }

    /// The service of the location, without a version.
    public var baseURL: String {
        location == "global"
            ? "https://aiplatform.googleapis.com" : "https://\(location)-aiplatform.googleapis.com"
    }
}
