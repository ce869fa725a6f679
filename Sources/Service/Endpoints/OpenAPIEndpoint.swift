internal import COpenAPI

/// The description of the API, as it is in the repository.
enum OpenAPIEndpoint {
    /// Embedded when the binary was built.
    static let document = [UInt8](UnsafeBufferPointer(start: copenapi_bytes(), count: copenapi_count()))

    static func yaml(_ call: EndpointCall) async {
        call.respond(contentType: "application/yaml", document)
    }
}
