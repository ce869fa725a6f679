import Testing

@testable import HubCore

struct BatchWindowTests {
    static let day = 20_000 * 86_400

    static let moments: [(window: String, hour: Double, isOpen: Bool)] = [
        ("22:00-06:00", 21.9, false), ("22:00-06:00", 22, true), ("22:00-06:00", 0, true), ("22:00-06:00", 5.9, true),
        ("22:00-06:00", 6, false), ("08:30-12:00", 8.4, false), ("08:30-12:00", 8.5, true), ("08:30-12:00", 12, false),
        ("00:00-00:00", 13, true),
    ]

    @Test(arguments: moments)
    func `a window is open from its start to before its end`(window: String, hour: Double, isOpen: Bool) throws {
        let window = try #require(BatchWindow(window))
        #expect(window.isOpen(at: Self.day + Int(hour * 3600)) == isOpen)
    }

    @Test(arguments: [
        "", "22-06", "22:00", "24:00-06:00", "22:60-06:00", "22:00-06:00-07:00", "+2:00-06:00", "2:00-6:00",
    ])
    func `anything else is no window`(text: String) {
        #expect(BatchWindow(text) == nil)
    }

    @Test func `a window says what it was given`() throws {
        #expect(try #require(BatchWindow("22:05-06:00")).text == "22:05-06:00")
    }
}
