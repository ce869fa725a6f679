/// Puts the signatures that `SignatureCarrier` carries beside parts back on them.
struct CarriedSignatures {
    private var next: Signature?

    mutating func append(_ part: ChatPart, to parts: inout [ChatPart]) {
        var part = part
        if case .reasoning(let reasoning) = part.content, let data = reasoning.encrypted?.value {
            if let signature = SignatureCarrier.ofNextPart(data) { return next = signature }
            if let signature = SignatureCarrier.ofPartBefore(data) {
                if let last = parts.indices.last, parts[last].text != nil, parts[last].signature == nil {
                    parts[last].signature = signature
                } else {
                    parts.append(ChatPart(.text(""), signature: signature))
                }
                return
            }
        }
        if let signature = next, part.signature == nil {
            part.signature = signature
            next = nil
        }
        parts.append(part)
    }
}
