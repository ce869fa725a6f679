public import Dialects

extension DialectForm {
    /// What an answer says, whole or streamed.
    public static func said(
        _ dialect: WireDialect, _ body: [UInt8], isStream: Bool
    ) throws(HubError) -> ChatResponse {
        isStream ? try said(dialect, [body[...]]) : try answer(dialect, body).canonical(fallbackID: "x")
    }

    /// What a stream says that comes in pieces.
    public static func said(_ dialect: WireDialect, _ pieces: [ArraySlice<UInt8>]) throws(HubError) -> ChatResponse {
        ChatAssembly(events(try chunks(dialect, pieces))).response
    }
}
