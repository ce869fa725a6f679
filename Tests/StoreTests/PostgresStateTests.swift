import Providers
import TestSupport
import Testing

@testable import Store

/// What the server's states come to: https://www.postgresql.org/docs/current/errcodes-appendix.html
@Suite(.enabled(if: PostgresServer.isHere, "PostgreSQL is not installed: Debian package postgresql"))
struct PostgresStateTests {
    private static let forNow = [
        "08006", "40001", "40P01", "53100", "53300", "57014", "57P01", "25006", "58030", "55006", "55P03", "0A000",
        "26000", "XX000", "XX001",
    ]
    private static let forever = ["21000", "22P02", "23505", "28000", "3D000", "42501", "42P01", "P0001"]

    private func failure(_ state: String) throws -> StoreError? {
        let url = try PostgresServer.shared.get().newDatabase()
        let connection = try PostgresConnection(url: url, clock: MachineTime())
        try connection.script(
            """
            CREATE FUNCTION fail(state TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no' USING ERRCODE = state, DETAIL = 'a value'; END $$
            """)
        return #expect(throws: StoreError.self) { try connection.rows("SELECT fail($1)", [.text(state)]) }
    }

    @Test(arguments: forNow)
    func `what the server cannot do now is unavailable, and may be asked again`(state: String) throws {
        #expect(try failure(state) == .unavailable("PostgreSQL: no (\(state))"))
    }

    @Test(arguments: forever)
    func `what the server will not do is refused`(state: String) throws {
        #expect(try failure(state) == .refused("PostgreSQL: no (\(state))"))
    }
}
