"""The steps a recipe is made of. Each takes the build and its arguments, with names already filled in."""

from __future__ import annotations

import shutil
import sys
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import debian, filesystem, oci
from .build import Build
from .errors import ArtifactError

Step = Callable[[Build, Any], None]


def run(build: Build, command: list[str]) -> None:
    """Run one command in the scratch folder."""
    build.run([str(word) for word in command])


def go_build(build: Build, arguments: Mapping[str, Any]) -> None:
    """Compile commands of a Go module into `to`: `packages` under their own names, `binaries` as name: package.

    The module's folder holds go.mod and go.sum, which fix every dependency: nothing is resolved here.
    """
    module = build.repository / arguments["module"]
    target = Path(arguments.get("to", build.out))
    target.mkdir(parents=True, exist_ok=True)
    # Without debugging information, which -w drops in the end anyway: a tenth of the compiler's time.
    flags = [
        "-gcflags=all=-dwarf=false",
        "-mod=readonly",
        "-trimpath",
        "-buildvcs=false",
        "-ldflags",
        f"-s -w {arguments.get('ldflags', '')}".strip(),
    ]
    if packages := arguments.get("packages"):
        build.run(["go", "build", *flags, "-o", f"{target}/", *packages], folder=module, environment=_go(build))
    for name, package in (arguments.get("binaries") or {}).items():
        build.run(["go", "build", *flags, "-o", str(target / name), package], folder=module, environment=_go(build))


def go_module_files(build: Build, arguments: Mapping[str, Any]) -> None:
    """Copy files that a Go module ships beside its code (`copy`: path in it -> path in the artefact)."""
    folder = build.repository / arguments["module"]
    source = arguments["source"]
    build.run(["go", "mod", "download", source], folder=folder, environment=_go(build))
    place = build.run(
        ["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", source],
        folder=folder,
        environment=_go(build),
        capture=True,
    )
    for origin, target in arguments["copy"].items():
        # The module cache is read-only; copies must not be.
        build.run(
            ["cp", "--recursive", "--no-preserve=mode", str(Path(place.strip()) / origin), str(build.out / target)]
        )


def maven(build: Build, arguments: Mapping[str, Any]) -> None:
    """Copy the run-time dependencies of a pom into `to`."""
    pom = shutil.copy(build.repository / arguments["pom"], build.work / "pom.xml")
    goal = f"org.apache.maven.plugins:maven-dependency-plugin:{arguments['plugin_version']}:copy-dependencies"
    target = f"-DoutputDirectory={arguments['to']}"
    build.run(["mvn", "--batch-mode", "--quiet", "--file", str(pom), goal, target, "-DincludeScope=runtime"])


def python_packages(build: Build, arguments: Mapping[str, Any]) -> None:
    """Install Python packages into the folder `to`, for the interpreter of the images rather than of this machine.

    `requirements` are specifiers or folders of sources and come without their dependencies; `dependencies_of` are projects
    whose dependencies come without the projects and without `besides`, at the versions and hashes of the lock `constraint`.
    `at` is the folder's place in an image: it makes bytecode for there.
    """
    platform = ["--python-version", arguments["python_version"], "--python-platform", "x86_64-manylinux_2_36"]
    install = [
        "uv",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--link-mode",
        "copy",
        "--target",
        arguments["to"],
        *platform,
    ]
    if projects := arguments.get("dependencies_of"):
        resolved = build.work / "requirements.txt"
        lock = ["--constraint", arguments["constraint"]]
        besides = [word for name in arguments.get("besides") or [] for word in ("--no-emit-package", name)]
        sources = [f"{project}/pyproject.toml" for project in projects]
        build.run(
            ["uv", "pip", "compile", "--quiet", "--output-file", str(resolved), *platform, *lock, *besides, *sources]
        )
        build.run([*install, *lock, "--requirements", str(resolved)])
    else:
        # Refreshed: uv would take a folder of sources for unchanged while its pyproject.toml is.
        build.run([*install, "--refresh", *arguments["requirements"]])
    # Where on this machine a package came from doesn't belong into an image.
    for origin in Path(arguments["to"]).glob("*.dist-info/direct_url.json"):
        origin.unlink()
    if "at" in arguments and sys.version.startswith(f"{arguments['python_version']}."):
        # Nobody can write bytecode in a container, and a function that starts from zero shouldn't have to compile.
        # Not checked against the sources' times, which a layer doesn't keep.
        command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        # 1: some packages carry files for other versions of Python, which nothing imports.
        build.run([*command, "-s", arguments["to"], "-p", arguments["at"], arguments["to"]], fine=(0, 1))


def image(build: Build, arguments: Mapping[str, Any]) -> None:
    """Make an OCI image: the layers of `base`, then Debian `packages`, then one layer for each list in `layers`.

    `base` is the layout of an image (absent: from scratch), `config` the image's run-time defaults, `to` the new layout,
    `reference` a name written into it for containerd's import.
    """
    made = oci.Image(Path(arguments.get("to", build.out / "image")))
    made.layout.mkdir(parents=True, exist_ok=True)
    compressed = bool(arguments.get("compressed", True))
    base = oci.Image(Path(arguments["base"])) if arguments.get("base") else None
    layers = made.share_blobs_of(base) if base else []
    config: dict[str, Any] = dict(base.config().get("config") or {}) if base else {}
    if packages := arguments.get("packages"):
        layers.append(_layer_of_packages(build, made.layout, base, dict(packages)))
    layers += [
        oci.layer_of_entries(made.layout, _entries(entries), compressed=compressed)
        for entries in arguments.get("layers") or []
    ]
    config.update(arguments.get("config") or {})
    made.write(layers, config, arguments.get("reference"))


def image_archive(build: Build, arguments: Mapping[str, Any]) -> None:
    """Put several layouts into one OCI archive, the file `to`, that containerd imports."""
    merged = build.work / "merged"
    descriptors = []
    for layout in map(Path, arguments["images"]):
        build.run(
            [
                "cp",
                "--recursive",
                "--link",
                "--no-target-directory",
                "--remove-destination",
                f"{layout}/blobs",
                f"{merged}-blobs",
            ]
        )
        descriptors += oci.index_of(layout)
    merged.mkdir()
    (build.work / "merged-blobs").rename(merged / "blobs")
    oci.write_index(merged, descriptors)
    with tarfile.open(arguments["to"], "w") as archive:
        for name in ("oci-layout", "index.json", "blobs"):
            archive.add(merged / name, arcname=name)


def extract_image(build: Build, arguments: Mapping[str, Any]) -> None:
    """Unpack the one-layer image in layout `image` into the folder `to`."""
    root = Path(arguments["to"])
    root.mkdir(parents=True)
    filesystem.extract(_only_layer(oci.Image(Path(arguments["image"]))), root, build.log)


def in_root(build: Build, arguments: Mapping[str, Any]) -> None:
    """Run `command` in the root filesystem `root`, with processes and mounts of its own that end with it.

    `files` maps a file outside to its place inside, for the time of the command.
    """
    root = Path(arguments["root"])
    build.run(["cp", "--archive", "/dev/null", "/dev/urandom", str(root / "dev")])
    for source, target in (arguments.get("files") or {}).items():
        shutil.copy(source, root / target.lstrip("/"))
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", f"--root={root}", "--mount-proc"]
    path = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    build.run([*isolated, *arguments["command"]], environment=path)
    for target in (arguments.get("files") or {}).values():
        (root / target.lstrip("/")).unlink()


def docker_archive(build: Build, arguments: Mapping[str, Any]) -> None:
    """Write the layout `image` as an archive for `docker load`, under the name `reference`."""
    build.run(
        [
            "skopeo",
            "copy",
            "--quiet",
            f"oci:{arguments['image']}",
            f"docker-archive:{arguments['to']}:{arguments['reference']}",
        ]
    )


def copy_image(build: Build, arguments: Mapping[str, Any]) -> None:
    """Copy a public image from its registry instead of building it: into a layout, or into `archive` for docker."""
    source = f"docker://{arguments['from']}"
    target = (
        f"docker-archive:{build.out / arguments['archive']}:{arguments['reference']}"
        if "archive" in arguments
        else f"oci:{build.out / 'image'}"
    )
    build.run(["skopeo", "copy", "--quiet", "--override-os=linux", "--override-arch=amd64", source, target])


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        run,
        go_build,
        go_module_files,
        maven,
        python_packages,
        image,
        image_archive,
        extract_image,
        in_root,
        docker_archive,
        copy_image,
    )
}


def take(build: Build, step: Mapping[str, Any]) -> None:
    """Take one step of a recipe."""
    ((name, arguments),) = step.items()
    if name not in STEPS:
        raise ArtifactError(f"there is no step {name!r}; there are: {', '.join(sorted(STEPS))}")
    build.log.write(f"## {name}\n")
    build.log.flush()
    STEPS[name](build, build.expanded(arguments))


def _go(build: Build) -> dict[str, str]:
    # A compiler that collects garbage less often takes a tenth less time and a third more memory.
    environment = {"CGO_ENABLED": "0", "GOWORK": "off", "GOGC": "400"}
    if toolchain := build.needs.get("go"):
        environment["PATH"] = f"{toolchain}:{build.environment['PATH']}"
    return environment


def _layer_of_packages(build: Build, layout: Path, base: oci.Image | None, packages: dict[str, Any]) -> oci.Layer:
    root = build.work / "rootfs"
    root.mkdir()
    if base is None:
        debian.install(root, packages, build.run)
        return filesystem.layer_of_tree(layout, root, build.log)
    filesystem.extract(_only_layer(base), root, build.log)
    before = filesystem.snapshot(root)
    debian.install(root, packages, build.run)
    return filesystem.layer_of_changes(layout, root, before, build.log)


def _only_layer(image: oci.Image) -> Path:
    layers = image.manifest()["layers"]
    if len(layers) != 1:
        raise ArtifactError(f"Debian packages go onto an image of one layer; {image.layout} has {len(layers)}")
    return image.blob(layers[0]["digest"])


def _entries(entries: list[Any]) -> list[Mapping[str, Any]]:
    return [dict(entry) for entry in entries]
