import HubCore

func request() throws {
    _ = try RequestBuilder().model("sim-chat").user("Say hi").build()
    _ = try RequestBuilder().system("Be brief.").user("Say hi").temperature(0.5).model("sim-chat").build()
}
