// swift-tools-version: 6.2
// The hub as one package. Targets are listed bottom up; arrows point down only.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
/// For targets that touch raw memory: every unsafe use is marked where it happens.
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
    name: "connector-hub",
    products: [
        .executable(name: "connector-hub", targets: ["connector-hub"]),
        .library(name: "ConnectorHub", targets: ["HubCore", "Providers"]),
    ],
    targets: [
        // C libraries: one shim each.
        .target(name: "CLinux"),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CHiredis", linkerSettings: [.linkedLibrary("hiredis")]),
        .target(name: "CYAML", linkerSettings: [.linkedLibrary("yaml")]),
        .target(name: "COpenAPI"),
        .target(name: "CModels"),
        .target(name: "CPostgres", linkerSettings: [.linkedLibrary("pq")]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // Bytes in, values out: HTTP/1, SSE, JSON, gzip. No I/O, no clock.
        .target(name: "Wire", dependencies: ["CSimdJSON", "CZlib"], swiftSettings: memorySafe),
        // Digests, comparison in constant time, AWS's signatures and RSA's, over OpenSSL.
        .target(name: "Crypto", dependencies: ["COpenSSL", "Wire"], swiftSettings: memorySafe),
        // One epoll loop per core: timers, executor, sockets, TLS.
        .target(name: "Reactor", dependencies: ["Wire", "CLinux", "COpenSSL"], swiftSettings: memorySafe),
        // HTTP/1.1 connections, limits and deadlines, router, streamed responses, drain.
        .target(name: "HTTPServer", dependencies: ["Reactor", "Wire"], swiftSettings: strict),
        // libcurl multi per reactor: requests, streams, deadlines.
        .target(name: "HTTPClient", dependencies: ["Reactor", "Wire", "CCurl", "CLinux"], swiftSettings: memorySafe),
        // Redis, alone or a cluster, over the reactor's sockets: pipelining, TLS, redirects, breaker.
        .target(name: "Redis", dependencies: ["Reactor", "Wire", "CHiredis", "COpenSSL"], swiftSettings: memorySafe),
        // Wire formats of the providers to and from one model. Pure.
        .target(name: "Dialects", dependencies: ["Wire"], swiftSettings: strict),
        // The hub itself: registry, pipeline, middleware, routing, errors, metrics.
        .target(name: "HubCore", dependencies: ["Wire", "Dialects", "Crypto", "CModels"], swiftSettings: strict),
        // Adapters: OpenAI, compatible servers, simulated.
        .target(
            name: "Providers", dependencies: ["HubCore", "HTTPClient", "Reactor", "Dialects", "Crypto", "Wire"],
            swiftSettings: strict),
        // What is kept across restarts: SQLite or PostgreSQL, migrations, encryption.
        .target(
            name: "Store", dependencies: ["HubCore", "Dialects", "Crypto", "Wire", "CSQLite", "CPostgres", "CZlib"],
            swiftSettings: memorySafe),
        // Composition root: configuration, endpoints, life cycle, logs.
        .target(
            name: "Service",
            dependencies: [
                "Providers", "Store", "HubCore", "Dialects", "HTTPServer", "HTTPClient", "Redis", "Reactor", "Crypto",
                "Wire",
                "CYAML", "CLinux", "COpenAPI",
            ],
            swiftSettings: strict),
        .executableTarget(name: "connector-hub", dependencies: ["Service"], swiftSettings: strict),

        // Translates between dialects as often as it is told, for the benchmarks.
        .executableTarget(
            name: "translation-cost", dependencies: ["Dialects", "TestSupport", "Wire"],
            path: "Benchmarks/translation", swiftSettings: strict),

        // Asks a Redis server as often as it is told, for the benchmarks.
        .executableTarget(
            name: "redis-cost", dependencies: ["Redis", "Reactor"], path: "Benchmarks/redis", swiftSettings: strict),

        // Decides among many targets as often as it is told, for the benchmarks.
        .executableTarget(
            name: "routing-cost", dependencies: ["HubCore", "Dialects", "Wire"], path: "Benchmarks/routing",
            swiftSettings: strict),

        // Test client, scripted provider, fixture loaders.
        .target(
            name: "TestSupport",
            dependencies: ["HubCore", "HTTPServer", "HTTPClient", "Dialects", "Reactor", "Wire", "CLinux", "CZlib"],
            swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Wire", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "Wire", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["HTTPServer", "Wire", "Reactor", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPClientTests", dependencies: ["HTTPClient", "Wire", "Reactor", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RedisTests", dependencies: ["Redis", "Reactor", "Wire", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "DialectsTests", dependencies: ["Dialects", "Wire", "TestSupport"], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "HubCoreTests", dependencies: ["HubCore", "Dialects", "Wire", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "Providers", "Crypto", "HubCore", "HTTPClient", "Dialects", "Reactor", "Wire", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", "Providers", "HubCore", "Dialects", "Wire", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "Store", "HubCore", "Providers", "HTTPServer", "HTTPClient", "Redis", "Dialects", "Reactor",
                "Wire",
                "TestSupport",
            ],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
