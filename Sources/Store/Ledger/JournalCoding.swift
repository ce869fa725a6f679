internal import Dialects
internal import HubCore
internal import Wire

/// Writes what a record says into mapped memory: integers as the machine has them, lengths before texts. Journals are read
/// where they were written.
///
/// The caller has `JournalRecord.maximumBytes` ready; texts are cut so that no record has more.
@safe
struct JournalEncoder {
    private static let maximumText = 256
    private static let maximumTags = 16
    private let start: UnsafeMutableRawPointer
    private var next: UnsafeMutableRawPointer

    @unsafe
    init(at start: UnsafeMutableRawPointer) {
        unsafe self.start = start
        unsafe next = start
    }

    var count: Int { unsafe next - start }

    mutating func put(_ call: LedgerCall) {
        put(call.attemptID)
        put(call.requestID)
        put(call.sequence)
        put(Int(bitPattern: UInt(call.traceID.high)))
        put(Int(bitPattern: UInt(call.traceID.low)))
        put(call.keyID)
        put(call.user)
        put(call.team)
        put(call.project)
        put(call.environment)
        put(byte: UInt8(min(call.tags.count, Self.maximumTags)))
        for tag in call.tags.prefix(Self.maximumTags) { put(tag) }
        put(call.provider)
        put(call.model)
        put(byte: call.operation.rawValue)
        put(byte: call.isStream ? 1 : 0)
        put(Int(clamping: call.startedAt))
        put(call.estimatedInput)
        put(call.reservedNanoDollars)
    }

    mutating func put(_ result: LedgerResult) {
        put(byte: result.outcome.rawValue)
        put(result.status)
        put(result.errorCode?.rawValue)
        put(result.firstTokenAfter.map { Int(clamping: $0) } ?? -1)
        put(Int(clamping: result.endedAfter))
        put(result.servedModel)
        let usage = result.usage
        put(usage.input + usage.audioInput)
        put(usage.cacheRead)
        put(usage.cacheWriteTotal)
        put(usage.output + usage.audioOutput)
        put(usage.reasoning)
        put(byte: result.isEstimated ? 1 : 0)
        let service = result.price.flatMap { JournalDecoder.services.firstIndex(of: $0.service) }
        put(byte: service.map { UInt8($0 + 1) } ?? 0)
        put(result.price?.effectiveFrom?.daysSince1970 ?? .min)
        put(result.costNanoDollars ?? .min)
    }

    mutating func put(byte: UInt8) {
        unsafe next.storeBytes(of: byte, as: UInt8.self)
        unsafe next += 1
    }

    mutating func put(_ number: Int) {
        unsafe next.storeBytes(of: number, as: Int.self)
        unsafe next += MemoryLayout<Int>.size
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.baseAddress else { return }
        unsafe next.copyMemory(from: first, byteCount: bytes.count)
        unsafe next += bytes.count
    }

    private mutating func put(_ id: LedgerID) {
        switch id {
        case .text(let text): put(text)
        case .identifier(let identifier):
            put(length: identifier.byteCount)
            var cursor = unsafe TextCursor(start: next, count: identifier.byteCount)
            identifier.append(to: &cursor)
            unsafe next += cursor.written
        }
    }

    /// At most so many bytes of it, whole characters.
    private mutating func put(_ text: String?) {
        guard var text else { return put(length: 0xFFFF) }
        text.withUTF8 { bytes in
            var count = min(bytes.count, Self.maximumText)
            while count < bytes.count, count > 0, unsafe bytes[count] & 0xC0 == 0x80 { count -= 1 }
            put(length: count)
            unsafe put(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count]))
        }
    }

    private mutating func put(length: Int) {
        unsafe next.storeBytes(of: UInt16(length), as: UInt16.self)
        unsafe next += 2
    }
}

/// Reads what records say. Nil for what no encoder wrote.
@safe
struct JournalDecoder {
    /// Made once: `allCases` is an array anew each time.
    fileprivate static let services = Price.Service.allCases

    private var bytes: Slice<UnsafeRawBufferPointer>

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = unsafe bytes[...]
    }

    mutating func kind() -> JournalRecord.Kind? {
        byte().flatMap { JournalRecord.Kind(rawValue: $0) }
    }

    mutating func call() -> LedgerCall? {
        guard let attempt = text(), let request = text(), let sequence = number(),
            let high = number(), let low = number(), let key = optionalText(),
            let user = optionalText(), let team = optionalText(), let project = optionalText(),
            let environment = optionalText(), let tags = tags(), let provider = text(),
            let model = text(), let operation = byte().flatMap({ LedgerCall.Operation(rawValue: $0) }),
            let isStream = flag(), let startedAt = number(), let input = number(),
            let reserved = number()
        else { return nil }
        var call = LedgerCall(
            attemptID: .text(attempt), requestID: .text(request), sequence: sequence,
            traceID: .init(high: UInt64(bitPattern: Int64(high)), low: UInt64(bitPattern: Int64(low))),
            provider: provider, model: model, operation: operation, isStream: isStream,
            startedAt: UInt64(max(0, startedAt)), estimatedInput: input)
        (call.keyID, call.user, call.team, call.project) = (key, user, team, project)
        (call.environment, call.tags, call.reservedNanoDollars) = (environment, tags, reserved)
        return call
    }

    mutating func result() -> LedgerResult? {
        guard let outcome = byte().flatMap({ LedgerResult.Outcome(rawValue: $0) }),
            let status = number(), let code = optionalText(), let first = number(),
            let ended = number(), let served = optionalText(), let usage = usage(),
            let isEstimated = flag(), let service = byte(), let day = number(),
            let cost = number(), service <= Self.services.count
        else { return nil }
        var result = LedgerResult(outcome, endedAfter: UInt64(max(0, ended)))
        result.status = status
        result.errorCode = code.flatMap { ErrorCode(rawValue: $0) }
        result.firstTokenAfter = first < 0 ? nil : UInt64(first)
        result.servedModel = served
        result.usage = usage
        result.isEstimated = isEstimated
        if service > 0 {
            result.price = LedgerPrice(
                effectiveFrom: day == .min ? nil : CalendarDay(daysSince1970: day),
                service: Self.services[Int(service) - 1])
        }
        result.costNanoDollars = cost == .min ? nil : cost
        return result
    }

    private mutating func usage() -> TokenUsage? {
        guard let input = number(), let read = number(), let written = number(),
            let output = number(), let reasoning = number()
        else { return nil }
        return TokenUsage(input: input, cacheRead: read, cacheWrite: written, output: output, reasoning: reasoning)
    }

    private mutating func tags() -> [String]? {
        guard let count = byte() else { return nil }
        var tags: [String] = []
        for _ in 0..<count {
            guard let tag = text() else { return nil }
            tags.append(tag)
        }
        return tags
    }

    private mutating func byte() -> UInt8? { unsafe bytes.popFirst() }

    private mutating func flag() -> Bool? { byte().flatMap { $0 < 2 ? $0 == 1 : nil } }

    private mutating func number() -> Int? {
        guard let taken = unsafe take(MemoryLayout<Int>.size) else { return nil }
        return unsafe taken.loadUnaligned(as: Int.self)
    }

    private mutating func text() -> String? { optionalText().flatMap { $0 } }

    /// The inner nil is a text that is not there.
    private mutating func optionalText() -> String?? {
        guard let head = unsafe take(2) else { return nil }
        let length = unsafe Int(head.loadUnaligned(as: UInt16.self))
        if length == 0xFFFF { return .some(nil) }
        guard let text = unsafe take(length) else { return nil }
        return .some(unsafe String(decoding: text, as: UTF8.self))
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard unsafe bytes.count >= count else { return nil }
        defer { unsafe bytes = unsafe bytes.dropFirst(count) }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(count))
    }
}
