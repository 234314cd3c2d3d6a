#!/bin/sh
# Tests the wheels in `dist` on each interpreter named, in an image of manylinux or musllinux. Their
# folders are like /opt/python/cp313-cp313 and cp314-cp314t.
set -eu
cp -r /weakly/tests /weakly/pyproject.toml /tmp
cp -r /weakly/dist /tmp
cd /tmp
for version in "$@"; do
    plain=$(printf %s "${version%t}" | tr -d .)
    suffix=${version##*[0-9]}
    python=/opt/python/cp$plain-cp$plain$suffix/bin/python
    if [ ! -x "$python" ]; then
        echo "$version is not in this image: its wheel was not tested"
        continue
    fi
    "$python" -m venv "/tmp/venv-$version"
    python=/tmp/venv-$version/bin/python
    "$python" -m pip install --quiet pytest hypothesis
    "$python" -m pip install --quiet --no-index --find-links dist weakly
    echo "== $version"
    "$python" -m pytest -q -p no:cacheprovider tests/behaviour
done
