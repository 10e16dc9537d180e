from colloque.cli import main

main()
