#!/bin/sh
# Installs millwright from this folder, for machines without dpkg. As root:
#
#   ./install.sh            into /usr, with the unit where there is systemd
#   ./install.sh --remove   removes the program; data and settings stay
set -e
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || {
  echo "install.sh: run this as root" >&2
  exit 1
}
case ${1:-} in
  '')
    # The old program ends well before the new one takes its place. Settings that are there stay.
    [ ! -d /run/systemd/system ] || systemctl stop millwright.service 2>/dev/null || true
    rm -rf /usr/lib/millwright
    cp -a root/usr /
    [ -e /etc/millwright/plant.yaml ] || { mkdir -p /etc/millwright && cp root/etc/millwright/plant.yaml /etc/millwright/; }
    [ -e /etc/default/millwright ] || { mkdir -p /etc/default && cp root/etc/default/millwright /etc/default/; }
    sh ./postinst configure
    ;;
  --remove)
    sh ./prerm remove
    rm -rf /usr/bin/millwright /usr/lib/millwright /usr/share/doc/millwright /usr/lib/sysusers.d/millwright.conf \
      /usr/lib/systemd/system/millwright.service /usr/lib/systemd/system/millwright-demo.service /usr/share/man/man1/millwright.1.gz
    sh ./postrm remove
    ;;
  *)
    echo "use: ./install.sh [--remove]" >&2
    exit 2
    ;;
esac
