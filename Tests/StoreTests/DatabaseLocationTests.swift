import Store
import Testing

struct DatabaseLocationTests {
    @Test(arguments: [
        ("sqlite:hub.db", DatabaseLocation.file("hub.db")), ("sqlite:/var/lib/hub.db", .file("/var/lib/hub.db")),
        ("sqlite:///var/lib/hub.db", .file("/var/lib/hub.db")), ("sqlite://hub.db", .file("hub.db")),
        ("sqlite::memory:", .memory),
        ("postgres://u:p@h/db?sslmode=require", .postgres(url: "postgres://u:p@h/db?sslmode=require")),
        ("postgresql:///db", .postgres(url: "postgresql:///db")),
    ])
    func `a URL says where the database is`(url: String, location: DatabaseLocation) {
        #expect(DatabaseLocation(url: url) == location)
    }

    @Test(arguments: [
        "", "sqlite:", "sqlite://", "sqlite:folder/", "sqlite:hub.db?mode=ro", "sqlite::other:", "mysql://h/db",
        "hub.db",
        "postgres:db",
    ])
    func `anything else is refused`(url: String) {
        #expect(DatabaseLocation(url: url) == nil)
    }
}
