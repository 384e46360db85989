"""The jobs of this part."""

from athanor.experiments.job import Job

JOBS = (
    Job("toy.numbers", ("numbers.csv",), {"numbers.csv": "numbers"}),
    Job("toy.squares", ("squares.csv",), {"squares.csv": "squares"}),
    Job("toy.apart", ("apart.csv",), {"apart.csv": "apart"}),
    Job(
        "toy.perimeter",
        ("perimeter.csv",),
        over=lambda toy: [{"shape": drawn.shape} for drawn in toy.drawing.shapes],
        modules=("athanor.experiments.toy.shapes.{shape}",),
    ),
)
