"""Opening a survey, whatever it is stored as."""

from __future__ import annotations

from pathlib import Path

from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import VolumeError
from seisview.progress import Progress

_NPY_MAGIC = b"\x93NUMPY"
_OTHERS = (
    (b"\x89HDF", "an HDF5 or netCDF file"),
    (b"CDF", "a netCDF file"),
    (b"VDS", "an OpenVDS file"),
    (b"VBS", "a ZGY file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
)


def open_volume(
    path: str | Path, header_bytes: HeaderBytes = HeaderBytes(), progress: Progress | None = None
) -> Volume:
    """Open a survey by its content: SEG-Y, a numpy ``.npy`` file or a zarr folder.

    Parameters
    ----------
    path : str or Path
    header_bytes : HeaderBytes
        For SEG-Y: trace header positions to use instead of the detected ones.
    progress : Progress, optional
        Told about long steps, and able to cancel them.

    Raises
    ------
    VolumeError
        If it cannot be read as a survey; the hint says what to try.
    """
    path = Path(path)
    if is_zarr(path):
        from seisview.data.arrays.volumes import open_zarr

        return open_zarr(path)
    if not path.is_dir() and _begins_with(path, _NPY_MAGIC):
        from seisview.data.arrays.volumes import open_npy

        return open_npy(path)
    from seisview.data.segy.volume import open_segy

    check_is_segy(path)
    return open_segy(path, header_bytes, progress)


def is_zarr(path: Path) -> bool:
    """Whether a folder holds a zarr array or group."""
    return path.is_dir() and any((path / name).exists() for name in ("zarr.json", ".zarray", ".zgroup"))


def check_is_segy(path: Path) -> None:
    """Raise :class:`VolumeError` for what is clearly something else than SEG-Y, saying what it is."""
    for magic, name in _OTHERS:
        if not path.is_dir() and _begins_with(path, magic):
            raise VolumeError(
                f"{path.name} is {name}, not a survey that can be opened.",
                "Convert it to SEG-Y, .npy or zarr, then open that.",
            )
    if path.suffix.lower() == ".su" or ".su_" in path.name.lower():
        raise VolumeError(
            f"{path.name} is a Seismic Unix file: it has no SEG-Y file header.",
            "Convert it with Seismic Unix (segyhdrs, segywrite), then open the SEG-Y file.",
        )


def _begins_with(path: Path, magic: bytes) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False  # the reader that opens it next says why
