import Testing
import Wire

struct MultipartFormTests {
    static let purpose = "content-disposition: form-data; name=\"purpose\"\r\n\r\nbatch"
    static let file =
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\nContent-Type: text/plain\r\n\r\n{}\n\r\n--Y"

    static func body(_ parts: String..., boundary: String = "X") -> String {
        parts.map { "--\(boundary)\r\n\($0)\r\n" }.joined() + "--\(boundary)--\r\n"
    }

    static func read(_ body: String) throws -> (form: MultipartForm, texts: [String]) {
        let bytes = Array(body.utf8)
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=X"))
        let form = try MultipartForm(bytes, boundary: boundary)
        return (form, form.parts.map { String(decoding: bytes[$0.content], as: UTF8.self) })
    }

    @Test func `fields and files are found where they are`() throws {
        let (form, texts) = try Self.read(Self.body(Self.purpose, Self.file))
        #expect(form.parts.map(\.name) == ["purpose", "file"])
        #expect(form.parts.map(\.filename) == [nil, "a.jsonl"])
        #expect(texts == ["batch", "{}\n\r\n--Y"])
        #expect(try form.part("file") == form.parts[1])
        #expect(try form.part("other") == nil)
    }

    @Test func `a part may be empty`() throws {
        #expect(try Self.read(Self.body("content-disposition: form-data; name=a\r\n\r\n")).texts == [""])
    }

    @Test func `two parts of one name are an error where one is wanted`() throws {
        let form = try Self.read(Self.body(Self.purpose, Self.purpose)).form
        #expect(throws: MultipartError.self) { try form.part("purpose") }
    }

    static let names: [(disposition: String, filename: String)] = [
        (#"form-data; name="f"; filename="a \"b\".jsonl""#, #"a "b".jsonl"#),
        (#"form-data; name="f"; filename="C:\dir\x""#, #"C:\dir\x"#),
        (#"form-data;name=f;filename=plain.txt;"#, "plain.txt"),
        (#"FORM-DATA; NAME="f"; FileName="é%22.txt""#, #"é%22.txt"#),
    ]

    @Test(arguments: names)
    func `a filename is what the client calls it`(disposition: String, filename: String) throws {
        let form = try Self.read(Self.body("content-disposition: \(disposition)\r\n\r\nx")).form
        #expect(form.parts[0].filename == filename)
    }

    static let refused = [
        "", "x", "--X", "--X--", "--X--\r\n", "--X\r\n", "preamble\r\n" + body(purpose),
        body(purpose) + "more", body(purpose, boundary: "Z"),
        body("content-type: text/plain\r\n\r\nx"), body("no colon\r\n\r\nx"), body("\r\nx"),
        body("content-disposition: attachment; name=a\r\n\r\nx"),
        body("content-disposition: form-data\r\n\r\nx"),
        body("content-disposition: form-data; name=a; name=b\r\n\r\nx"),
        body("content-disposition: form-data; name=\"a\r\n\r\nx"),
        body("\(purpose)\r\n--Xtail\r\n"),
        body("content-disposition: form-data; name=a\r\ncontent-disposition: form-data; name=b\r\n\r\nx"),
        body("content-transfer-encoding: base64\r\n\(purpose)"),
        body("x: \(String(repeating: "y", count: 9000))\r\n\(purpose)"),
        (0...MultipartForm.maximumParts).map { "--X\r\ncontent-disposition: form-data; name=n\($0)\r\n\r\n\r\n" }
            .joined()
            + "--X--",
    ]

    @Test(arguments: refused)
    func `what is no form is refused`(body: String) {
        #expect(throws: MultipartError.self) { try Self.read(body) }
    }

    @Test func `a form that is cut anywhere before its last boundary is none`() throws {
        let whole = Array(Self.body(Self.purpose, Self.file).utf8.dropLast(2))
        for length in whole.indices {
            #expect(throws: MultipartError.self, "\(length) bytes") {
                try Self.read(String(decoding: whole[..<length], as: UTF8.self))
            }
        }
        #expect(try Self.read(String(decoding: whole, as: UTF8.self)).texts.count == 2)
    }

    static let types: [(text: String, isGood: Bool)] = [
        ("multipart/form-data; boundary=X", true), ("Multipart/Form-Data;boundary=\"X y\"; charset=utf-8", true),
        ("multipart/form-data; boundary=\(String(repeating: "x", count: 70))", true),
        ("multipart/form-data; boundary=\(String(repeating: "x", count: 71))", false),
        ("multipart/form-data; boundary=\"\"", false), ("multipart/form-data; boundary=\"x \"", false),
        ("multipart/form-data; boundary=\"x{\"", false), ("multipart/form-data", false),
        ("multipart/mixed; boundary=X", false), ("application/json", false), ("", false),
        ("multipart/form-data; boundary=X; boundary=Y", false), ("multipart/form-data boundary=X", false),
    ]

    @Test(arguments: types)
    func `a boundary has the form of RFC 2046`(text: String, isGood: Bool) {
        #expect((MultipartBoundary(contentType: text) != nil) == isGood)
    }
}
