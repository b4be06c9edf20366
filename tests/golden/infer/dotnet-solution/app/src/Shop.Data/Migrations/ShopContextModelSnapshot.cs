class ShopContextModelSnapshot { }
