"""Command line of whoever trains: train, export, evaluate. Needs the extra `training`."""

import argparse
import logging
from pathlib import Path

from pneumonia_model.checkpoint import CHECKPOINT, ONNX, Checkpoint
from pneumonia_model.export import export
from pneumonia_model.report import write_report
from pneumonia_model.train import Plan, train


def main() -> None:
    """Run the command that the arguments name."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # The libraries' own progress would drown ours.
    logging.getLogger("torch").setLevel(logging.WARNING)
    arguments = _parser().parse_args()
    {"train": _train, "export": _export, "evaluate": _evaluate}[arguments.command](arguments)


def _parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m pneumonia_model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    train_command = commands.add_parser("train", help="train, calibrate and export; test patients are left out")
    train_command.add_argument("--images", type=Path, required=True, help="folder of the data set's *.jpeg, any depth")
    train_command.add_argument("--out", type=Path, required=True, help=f"folder for {CHECKPOINT} and {ONNX}")
    train_command.add_argument("--epochs", type=int, default=16)
    train_command.add_argument(
        "--seed", type=int, default=7, help="of weights, order and augmentation, not the split's"
    )
    train_command.add_argument("--threads", type=int, default=1, help="of the network; one process more prepares films")
    train_command.add_argument("--control", action="store_true", help="no augmentation against the shape shortcut")

    export_command = commands.add_parser("export", help=f"write {ONNX} of a finished training again")
    export_command.add_argument("--run", type=Path, required=True, help="the folder that `train` wrote")

    evaluate_command = commands.add_parser("evaluate", help=f"measure {ONNX} on test patients and full-size films")
    evaluate_command.add_argument("--run", type=Path, required=True, help="the folder that `train` wrote")
    evaluate_command.add_argument("--control", type=Path, help="the folder of `train --control`, to compare with")
    evaluate_command.add_argument("--images", type=Path, required=True, help="the folder that training had")
    evaluate_command.add_argument("--films", type=Path, required=True, help="full-size films, named as the data set's")
    evaluate_command.add_argument("--out", type=Path, required=True, help="JSON file to write")
    return parser


def _train(arguments: argparse.Namespace) -> None:
    """Train, then write checkpoint, ONNX file and digest."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(arguments.epochs, arguments.seed, arguments.threads, arguments.control)
    checkpoint = train(arguments.images, plan)
    checkpoint.save(arguments.out / CHECKPOINT)
    export(checkpoint, arguments.out / ONNX)


def _export(arguments: argparse.Namespace) -> None:
    """Write ONNX file and digest."""
    export(Checkpoint.load(arguments.run / CHECKPOINT), arguments.run / ONNX)


def _evaluate(arguments: argparse.Namespace) -> None:
    """Write the report."""
    write_report(arguments.run, arguments.control, images=arguments.images, films=arguments.films, out=arguments.out)


if __name__ == "__main__":
    main()
