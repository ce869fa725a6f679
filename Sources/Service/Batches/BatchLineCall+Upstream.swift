internal import Dialects
internal import HubCore

/// Requests that a provider answers in a batch of its own.
extension BatchLineCall {
    enum Preparation: Sendable {
        /// The body of the provider's request.
        case body([UInt8], model: String)
        case failed(BatchResult)
        /// The request does not go there, or not so.
        case elsewhere
    }

    /// What the provider is to be asked.
    func prepare(for provider: String) async -> Preparation {
        let context = context()
        do throws(HubError) {
            guard let made = try await service.hub.batchCall(try input(context), context),
                made.provider.providerID == provider,
                let body = try made.provider.batchBody(made.call, for: batch.endpoint)
            else { return .elsewhere }
            return .body(body, model: made.call.model)
        } catch {
            return .failed(result(error, context))
        }
    }

    /// The result of an answer of status 2xx: as the client would have got it, and counted at the rates of batches.
    /// - Parameter entry: of the provider, as it was configured when the answer was asked for.
    func received(
        _ answer: [UInt8], from provider: any BatchingProvider, _ entry: ProviderEntry
    ) async -> BatchResult {
        let context = context()
        let call = await call(of: entry, context)
        let response: CompletionResponse
        do throws(HubError) {
            // Another configuration, or a key that is gone: what was answered and paid for is the caller's all the same.
            let request: CompletionRequest
            if let call { request = call.call.request } else { request = try service.hub.readBatched(body, context) }
            response = try provider.batchAnswer(answer, to: request)
        } catch {
            return settled(call, error, entry, context)
        }
        let counted = call ?? answered(by: entry, servedModel: response.servedModel, context)
        let row = counted.flatMap { service.hub.settle($0, .success(response), context) }
        var result: BatchResult
        do throws(HubError) {
            result = self.result(try await render([response], context), context)
        } catch {
            result = self.result(error, context)
        }
        result.ledgerRow = row
        return result
    }

    /// The result of any other answer; nil for one that asks for another try.
    func refused(_ failure: HubError, by entry: ProviderEntry) async -> BatchResult? {
        guard LinePace.after(failure, failures: 1, chance: 0) == .answer else { return nil }
        let context = context()
        let call = await call(of: entry, context)
        if call == nil { _ = try? service.hub.readBatched(body, context) }
        return settled(call, failure, entry, context)
    }

    /// Nil where the hub would not make the call so any more.
    private func call(of entry: ProviderEntry, _ context: RequestContext) async -> BatchCall? {
        do throws(HubError) {
            let call = try await service.hub.batchCall(try input(context), context)
            return call?.provider.providerID == entry.id ? call : nil
        } catch {
            return nil
        }
    }

    private func answered(by entry: ProviderEntry, servedModel: String?, _ context: RequestContext) -> BatchCall? {
        service.hub.answeredCall(of: batch, by: entry, servedModel: servedModel, context)
    }

    private func settled(
        _ call: BatchCall?, _ failure: HubError, _ entry: ProviderEntry, _ context: RequestContext
    ) -> BatchResult {
        var result = result(failure, context)
        if let call = call ?? answered(by: entry, servedModel: nil, context) {
            result.ledgerRow = service.hub.settle(call, .failure(failure), context)
        }
        return result
    }
}
