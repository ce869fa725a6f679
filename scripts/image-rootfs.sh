#!/usr/bin/env bash
# Copies the hub and every file it needs at run time into an empty directory, the root of the container image.
# Runs inside the image build. Usage: scripts/image-rootfs.sh DIRECTORY
set -euo pipefail

readonly root="$1"
readonly hub=/usr/bin/connector-hub

# Package that holds a shared object: the loader names /lib, packages /lib or /usr/lib.
package_of() {
    dpkg-query --search "*/$(basename "$1")" | head -n 1 | cut -d : -f 1
}

# Shared objects, under the names the loader asks for, and who they come from: scanners read status.d, and the
# licences have to travel with the code.
copy_libraries() {
    local library package
    ldd "$hub" | grep --only-matching '/[^ ]*' | sort -u | while read -r library; do
        cp --parents --dereference "$library" "$root"
        package="$(package_of "$library")"
        dpkg-query --status "$package" >"$root/var/lib/dpkg/status.d/$package"
        cp --parents --dereference "/usr/share/doc/$package/copyright" "$root"
    done
}

# OpenSSL looks in its own directory, libcurl in /etc/ssl/certs.
copy_certificates() {
    cp --parents --dereference /etc/ssl/certs/ca-certificates.crt /etc/ssl/openssl.cnf "$root"
    mkdir -p "$root/usr/lib/ssl"
    ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
    ln -s /etc/ssl/openssl.cnf "$root/usr/lib/ssl/openssl.cnf"
}

mkdir -p "$root"/{etc,tmp,var/lib/dpkg/status.d,var/lib/connector-hub}
copy_libraries
copy_certificates
cp --parents "$hub" /etc/connector-hub/hub.yaml "$root"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0::/:/sbin/nologin\nhub:x:10001:0::/var/lib/connector-hub:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
chmod 1777 "$root/tmp"
chmod 0770 "$root/var/lib/connector-hub"
