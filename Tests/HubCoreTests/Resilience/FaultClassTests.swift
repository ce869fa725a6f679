import Dialects
import Testing

@testable import HubCore

struct FaultClassTests {
    @Test(
        arguments: [
            (.providerRejected, 400, .client, .answer), (.providerRejected, 422, .client, .answer),
            (.contentFilter, 400, .contentFilter, .answer),
            (.contextLengthExceeded, 400, .contextLength, .largerWindow),
            (.unsupportedParameter, nil, .incapable, .elsewhere), (.unsupportedParameter, 400, .client, .answer),
            (.providerAuthentication, 401, .authentication, .elsewhere),
            (.providerBilling, 402, .authentication, .elsewhere), (.modelNotFound, 404, .notFound, .elsewhere),
            (.providerRateLimited, 429, .rateLimit, .again), (.providerError, 500, .transient, .again),
            (.providerError, 503, .overload, .again), (.providerError, 529, .overload, .again),
            (.overloaded, nil, .overload, .again), (.providerUnreachable, nil, .network, .again),
            (.providerTimeout, nil, .timeout, .again), (.providerBadResponse, nil, .badResponse, .elsewhere),
            (.circuitOpen, nil, .circuitOpen, .elsewhere), (.quotaExceeded, nil, .governance, .elsewhere),
            (.deadlineExceeded, nil, .deadline, .answer), (.aborted, nil, .aborted, .answer),
            (.middlewareError, nil, .internalFault, .answer),
        ] as [(ErrorCode, Int?, FaultClass, FaultClass.Remedy)])
    func `every failure has a class and a remedy`(
        code: ErrorCode, status: Int?, fault: FaultClass, remedy: FaultClass.Remedy
    ) {
        var error = HubError(code, "failed")
        error.upstream = status.map { HubError.Upstream(status: $0) }
        #expect(FaultClass(error) == fault)
        #expect(FaultClass(error).remedy == remedy)
    }

    @Test func `a refused request says nothing about its target, and neither does the hub's own pool`() {
        let counted = FaultClass.allCases.filter { $0.isProviders(HubError(.providerError, "")) }
        #expect(counted == [.transient, .network, .timeout, .badResponse])
        var busy = HubError(.providerError, "")
        busy.upstream = HubError.Upstream(status: 529)
        #expect(FaultClass.overload.isProviders(busy))
    }
}
