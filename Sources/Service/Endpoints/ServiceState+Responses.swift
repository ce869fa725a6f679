internal import Dialects
internal import HubCore
internal import Wire

extension ServiceState {
    /// What the answer to a request repeats of it.
    func responsesEcho(_ request: CompletionRequest) -> ResponsesEcho {
        ResponsesEcho(request.body, isStored: isKept(request))
    }

    /// As the client wants it, unless it says otherwise.
    private func isKept(_ request: CompletionRequest) -> Bool {
        request.dialect == .responses && hub.responses != nil && request.body["store"]?.bool != false
    }

    /// Keeps an answer of /v1/responses, if it is to be kept. A store that fails costs no answer: the client will not find
    /// it, as if its time were over.
    func keep(_ response: [UInt8], _ context: RequestContext) async {
        guard let request = context.request, isKept(request), let store = hub.responses,
            let id = try? JSONDocument.parse(response, maximumDepth: 512).root["id"]?.string
        else { return }
        let kept = StoredResponse(
            id: id, previousID: request.previousResponseID, body: response,
            input: ResponsesRequest.inputItems(request, response: id))
        do throws(HubError) {
            try await store.save(kept, tenant: context.principal.tenant)
        } catch {
            logger.log(
                .warn, "response.not_stored", ("request_id", context.requestID), ("reason", error.message))
        }
    }
}
