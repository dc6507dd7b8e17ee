#!/usr/bin/env bash
# Makes the data folder of the 34-station panel from a copy of the third-party data, which is not part of this package.
#
#   Models/SpainExtremes/make-data.sh ../shared/data FOLDER
set -euo pipefail
source=${1:?"the folder with spain/ and gmst/, such as ../shared/data"}
folder=${2:?"the folder to make"}
for file in spain/panel34_stations.csv spain/panel34_txx_1985_2019.csv gmst/annual_gmst.csv; do
  [ -r "$source/$file" ] || { echo "make-data.sh: $source/$file is not there." >&2; exit 2; }
done
mkdir -p "$folder"
install -m 644 "$source/spain/panel34_stations.csv" "$folder/stations.csv"
install -m 644 "$source/spain/panel34_txx_1985_2019.csv" "$folder/maxima.csv"
install -m 644 "$source/gmst/annual_gmst.csv" "$folder/gmst.csv"
