// A form is read or refused, and what its parts hold is inside it, in order, and apart from each other.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    // The first line is the content type, the rest the body.
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
    let type = String(decoding: bytes[..<end], as: UTF8.self)
    let body = Array(bytes[end...].dropFirst())
    for type in [type, "multipart/form-data; boundary=X"] {
        guard let boundary = MultipartBoundary(contentType: type),
            let form = try? MultipartForm(body, boundary: boundary)
        else { continue }
        var last = 0
        precondition((1...MultipartForm.maximumParts).contains(form.parts.count), "the number of parts")
        for part in form.parts {
            precondition(part.content.lowerBound > last && part.content.upperBound < body.count, "where parts are")
            last = part.content.upperBound
        }
    }
    return 0
}
