"""A part of experiments that take milliseconds, to try the workflow on."""

TOY = RESULTS / "toy"

PARTS["toy"] = Part(title="Toy", figures={"toy_line": [TOY / "squares.csv"]}, expanded=[])


rule toy_numbers:
    output:
        numbers=table("toy", "numbers", "numbers"),
    log:
        RESULTS / "logs" / "toy" / "numbers.log",
    threads: 1
    params:
        **experiment("toy.numbers"),
    shell:
        RUN


rule toy_squares:
    input:
        numbers=TOY / "numbers.csv",
    output:
        squares=table("toy", "squares", "squares"),
    log:
        RESULTS / "logs" / "toy" / "squares.log",
    threads: 1
    params:
        **experiment("toy.squares"),
    shell:
        RUN


rule toy_apart:
    output:
        apart=table("toy", "apart", "apart"),
    log:
        RESULTS / "logs" / "toy" / "apart.log",
    threads: 1
    params:
        **experiment("toy.apart"),
    shell:
        RUN
