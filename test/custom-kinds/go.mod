module custom-kinds

go 1.21
