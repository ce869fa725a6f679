// error: requires the types 'Missing' and 'Present' be equivalent
import HubCore

func request() throws {
    _ = try RequestBuilder().model("sim-chat").system("Be brief.").build()
}
