# Installs Chromium with apt-get. Run under a lock: whoever comes second finds it there.
chromium --version >/dev/null 2>&1 && exit
export DEBIAN_FRONTEND=noninteractive
install() {
  apt-get install -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 -o Dpkg::Use-Pty=0 chromium fonts-dejavu-core
}
install && exit
# The lists of packages may be missing, or name versions that are gone.
apt-get update -qq
install
